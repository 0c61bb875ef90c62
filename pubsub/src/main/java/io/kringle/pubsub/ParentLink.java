package io.kringle.pubsub;

import io.kringle.pubsub.TopicMessage.Adopt;
import io.kringle.pubsub.TopicMessage.JoinTree;
import io.kringle.pubsub.TopicMessage.Leave;
import io.kringle.pubsub.TopicMessage.Refresh;
import io.kringle.ring.Id;
import io.kringle.ring.Peer;
import io.kringle.ring.Timer;
import java.util.List;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The way from one node of a tree up to its parent: joining, being confirmed, refreshing.
 *
 * <p>A node is connected when a parent that was connected itself said so; this starts at the root.
 * The parent also says by which nodes it is connected, so that no node ever hangs below itself for
 * long (Scribe relies on routes that grow monotonically closer to the root; that does not hold
 * while a ring changes, nor for children handed down by a full parent).
 */
final class ParentLink {
  /**
   * Joins that may end at any node on the way; later ones go to the root itself, in case those on
   * the way wait for each other.
   */
  private static final int JOINS_ON_THE_WAY = 3;

  private static final int SILENT_REFRESHES = 3;

  private final Surroundings around;
  private final String topic;
  private final Id key;
  private final IntSupplier below;
  private @Nullable Peer parent;
  private @Nullable Timer retry;
  private List<Id> path = List.of();
  private int attempts;

  /** How deep the join that is under way was handed down, as far as an invitation was taken. */
  private int depth;

  private long heardAt;
  private long refreshAt;

  /** How many subscribers below the parent was told of last. */
  private int told;

  ParentLink(Surroundings around, String topic, Id key, IntSupplier below) {
    this.around = around;
    this.topic = topic;
    this.key = key;
    this.below = below;
  }

  /** Looks for a parent, having none from now on. */
  void join(boolean rootOnly) {
    forget();
    attempts = rootOnly ? JOINS_ON_THE_WAY : 0;
    send();
  }

  private void send() {
    attempts++;
    depth = 0;
    retry = around.world().after(around.config().joinRetry(), this::send);
    around.routing().route(key, request());
  }

  private JoinTree request() {
    told = below.getAsInt();
    return new JoinTree(topic, around.self(), told, attempts > JOINS_ON_THE_WAY);
  }

  /** A child of a full parent invites this node: the first of those who are as deep is taken. */
  void invited(Peer by, int deep) {
    if (retry != null && deep > depth) {
      depth = deep;
      retry.cancel();
      retry = around.world().after(around.config().joinRetry(), this::send);
      around.world().send(by, new Adopt(request(), deep));
    }
  }

  /** Has no parent and looks for none. */
  void forget() {
    stopJoining();
    parent = null;
    path = List.of();
  }

  /** Tells the parent, if there is one, and forgets it. */
  void leave() {
    if (parent != null) {
      around.world().send(parent, new Leave(topic));
    }
    forget();
  }

  /** A connected parent has confirmed this node; whether its path is another one than before. */
  boolean connected(Peer by, List<Id> itsPath) {
    if (parent == null) {
      long refresh = around.config().refresh().toNanos();
      refreshAt =
          around.world().now() + refresh / 2 + around.world().random().nextLong(refresh / 2 + 1);
    }
    stopJoining();
    parent = by;
    heardAt = around.world().now();
    boolean changed = !path.equals(itsPath);
    path = itsPath;
    return changed;
  }

  private void stopJoining() {
    if (retry != null) {
      retry.cancel();
      retry = null;
    }
  }

  /** The parent lives. */
  void heard(Peer from) {
    if (isParent(from)) {
      heardAt = around.world().now();
    }
  }

  void refreshIfDue() {
    long now = around.world().now();
    boolean isNews = below.getAsInt() != told;
    if (parent != null && (isNews || now - refreshAt >= 0)) {
      refreshAt = now + around.config().refresh().toNanos();
      told = below.getAsInt();
      around.world().send(parent, new Refresh(topic, told));
    }
  }

  /** Whether the parent is dead or silent for too long. */
  boolean isLost() {
    return parent != null
        && (around.ring().isFailed(parent.id())
            || around.world().now() - heardAt
                > SILENT_REFRESHES * around.config().refresh().toNanos());
  }

  boolean isParent(Peer peer) {
    return parent != null && parent.id().equals(peer.id());
  }

  @Nullable Peer parent() {
    return parent;
  }

  boolean isJoining() {
    return retry != null;
  }

  boolean isConnected() {
    return parent != null;
  }

  /** The nodes from the root down to the parent; empty if there is no parent. */
  List<Id> path() {
    return path;
  }

  void checkInvariants() {
    if (parent != null && (around.isSelf(parent.id()) || path.isEmpty() || isJoining())) {
      throw new IllegalStateException(
          topic + ": parent " + parent + ", path " + path + ", joining " + isJoining());
    }
    if (path.contains(around.self().id())) {
      throw new IllegalStateException(topic + ": " + around.self() + " hangs below itself");
    }
  }
}
