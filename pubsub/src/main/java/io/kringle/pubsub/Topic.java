package io.kringle.pubsub;

import io.kringle.pubsub.TopicMessage.Adopt;
import io.kringle.pubsub.TopicMessage.Ahead;
import io.kringle.pubsub.TopicMessage.Beat;
import io.kringle.pubsub.TopicMessage.JoinTree;
import io.kringle.pubsub.TopicMessage.Leave;
import io.kringle.pubsub.TopicMessage.Looked;
import io.kringle.pubsub.TopicMessage.NotParent;
import io.kringle.pubsub.TopicMessage.Pull;
import io.kringle.pubsub.TopicMessage.Pulled;
import io.kringle.pubsub.TopicMessage.Refresh;
import io.kringle.pubsub.TopicMessage.Salvage;
import io.kringle.ring.Id;
import io.kringle.ring.Peer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One node's place in the tree of one topic: the root while the node owns the topic's id, and below
 * a parent otherwise. {@link Flow} is what passes through it.
 */
final class Topic {
  /** How often a join is handed down before it is dropped; it is tried again. */
  private static final int MAX_DEPTH = 64;

  private final Surroundings around;
  private final String name;
  private final Id key;
  private final Log log;
  private final Children children;
  private final Subscribers subscribers;
  private final ParentLink up;
  private final Flow flow;
  private @Nullable Root root;
  private int turn;

  Topic(Surroundings around, String name) {
    this.around = around;
    this.name = name;
    this.key = Id.ofKey(name);
    this.log = new Log(around, this::taken);
    this.children = new Children(around);
    this.subscribers = new Subscribers(around, name, this::leaveIfUnneeded);
    this.up = new ParentLink(around, name, key, log);
    this.flow = new Flow(around, name, log, children, subscribers, up);
    this.turn = around.world().random().nextInt(1 << 16);
  }

  String name() {
    return name;
  }

  Subscribers subscribers() {
    return subscribers;
  }

  Children children() {
    return children;
  }

  @Nullable Root root() {
    return root;
  }

  /** Whether nobody needs this node in the tree: what is left is only remembered. */
  boolean isUnneeded() {
    return subscribers.isEmpty() && children.isEmpty();
  }

  /** Whether it can be forgotten. */
  boolean isForgettable() {
    return isUnneeded() && (root == null || root.isSettled() && flow.isStale());
  }

  boolean isConnected() {
    return root == null ? up.isConnected() : root.isSettled();
  }

  /** The nodes from the root down to this one; empty while it is not connected. */
  private List<Id> path() {
    if (!isConnected()) {
      return List.of();
    }
    List<Id> path = new ArrayList<>(up.path());
    path.add(around.self().id());
    return path;
  }

  // ---- the place in the tree

  /**
   * Sees to it that this node is the root exactly while it owns the topic, and otherwise hangs
   * below a parent or looks for one.
   */
  void takePlace(Duration patience) {
    if (around.ring().owns(key)) {
      if (root == null) {
        up.leave();
        root = new Root(around, name, log, patience, this::nowConnected);
      }
    } else if (root != null) {
      Root former = root;
      root = null;
      former.end();
      if (log.hasBegun()) {
        around.routing().route(key, new Ahead(name, around.self(), log.last()));
      }
      seekParent(false);
    } else if (!up.isConnected() && !up.isJoining()) {
      seekParent(false);
    }
  }

  private void seekParent(boolean rootOnly) {
    if (isUnneeded()) {
      up.forget();
    } else {
      if (up.isConnected()) {
        around.counters().rejoined++;
      }
      up.join(rootOnly);
    }
  }

  private void leaveIfUnneeded() {
    if (isUnneeded() && root == null) {
      up.leave();
    }
  }

  private void nowConnected() {
    subscribers.confirm();
    children.peers().forEach(this::beatTo);
  }

  private void beatTo(Peer child) {
    around.world().send(child, new Beat(name, Math.max(0, log.last()), path()));
  }

  /** Whether {@code peer} may not become a child, because this node hangs below it. */
  boolean hangsBelow(Peer peer) {
    return up.isParent(peer) || up.path().contains(peer.id());
  }

  /** Takes a child in, or hands it down. */
  void adopt(JoinTree join, int depth) {
    Peer child = join.child();
    heardOf(child, join.last());
    if (!children.contains(child.id()) && children.isFull()) {
      if (depth < MAX_DEPTH) {
        around.world().send(children.stepparent(child.id()), new Adopt(join, depth + 1));
      }
      return;
    }
    children.heard(child, join.last());
    if (isConnected()) {
      beatTo(child);
    }
  }

  /**
   * Someone has everything up to {@code last}: if that may be more than the root has, the root is
   * to know.
   */
  void heardOf(Peer holder, long last) {
    if (root != null) {
      root.heardOf(holder, last);
    } else if (last > log.last() && log.hasBegun()) {
      around.routing().route(key, new Ahead(name, holder, last));
    }
  }

  void beat(Peer from, Beat beat) {
    boolean cycle = beat.path().contains(around.self().id());
    boolean other = up.isConnected() && !up.isParent(from);
    if (root != null || cycle || other || isUnneeded()) {
      around.world().send(from, new Leave(name));
      if (cycle && up.isParent(from)) {
        seekParent(true);
      }
    } else if (beat.path().isEmpty()) {
      up.heard(from);
    } else if (!around.ring().isFailed(from.id())) {
      connected(from, beat);
    }
  }

  private void connected(Peer parent, Beat beat) {
    children.remove(parent.id());
    boolean changed = up.connected(parent, beat.path());
    flow.aimAt(beat.last(), changed);
    subscribers.confirm();
    if (changed) {
      children.peers().forEach(this::beatTo);
    }
    flow.pullIfBehind();
  }

  void refreshed(Peer from, Refresh refresh) {
    if (children.contains(from.id())) {
      children.heard(from, refresh.last());
      heardOf(from, refresh.last());
      beatTo(from);
    } else {
      around.world().send(from, new NotParent(name));
    }
  }

  void notParent(Peer from) {
    if (up.isParent(from)) {
      seekParent(false);
    }
  }

  void left(Peer child) {
    children.remove(child.id());
    leaveIfUnneeded();
  }

  void unreachable(Peer peer) {
    children.unreachable(peer.id());
    if (children.contains(peer.id())) {
      flow.used();
    }
    if (up.isParent(peer)) {
      seekParent(false);
    }
    leaveIfUnneeded();
  }

  /** A neighbour has died or left. */
  void departed(Peer peer) {
    children.remove(peer.id());
    if (up.isParent(peer)) {
      seekParent(false);
    }
    leaveIfUnneeded();
  }

  /** Looks at everything that may be overdue. */
  void tick(Duration patience) {
    children.dropLost();
    if (root == null && isUnneeded()) {
      up.leave();
      return;
    }
    if (up.isLost()) {
      seekParent(false);
    }
    takePlace(patience);
    up.refreshIfDue();
    if (isConnected() && flow.isBusy()) {
      children.peers().forEach(this::beatTo);
    }
    flow.pullIfBehind();
  }

  /** The node goes: nothing is to be heard of it any more. */
  void end() {
    up.leave();
    if (root != null) {
      root.end();
    }
  }

  // ---- messages

  void carried(Peer from, Numbered message) {
    if (root != null || isUnneeded() || up.isConnected() && !up.isParent(from)) {
      around.world().send(from, new Leave(name));
    }
    if (root == null && !isUnneeded()) {
      up.heard(from);
      flow.carried(message);
    }
  }

  private void taken(Numbered message, boolean fresh) {
    flow.taken(message, fresh);
  }

  void pulled(Pull pull) {
    flow.pulled(pull, root != null, isConnected());
  }

  void caughtUp(Pulled pulled) {
    if (root == null) {
      flow.caughtUp(pulled);
    }
  }

  Pulled salvage(Salvage salvage) {
    return flow.salvage(salvage);
  }

  /** Who is below, each time in another order, so that anycasts spread. */
  Looked look() {
    int own = subscribers.active().size();
    turn++;
    int branches = children.size() + (own > 0 ? 1 : 0);
    int first = branches == 0 ? 0 : Math.floorMod(turn, branches);
    int before = own > 0 ? Math.floorMod(children.size() - first, branches) : 0;
    return new Looked(
        name, around.self(), own, before, children.rotated(first == children.size() ? 0 : first));
  }

  void checkInvariants() {
    log.checkInvariants();
    children.checkInvariants();
    up.checkInvariants();
    if (root != null) {
      root.checkInvariants();
      if (up.isConnected() || up.isJoining()) {
        throw new IllegalStateException(name + ": a root with a parent");
      }
    }
    Peer parent = up.parent();
    if (parent != null && children.contains(parent.id())) {
      throw new IllegalStateException(name + ": " + parent + " is parent and child");
    }
  }
}
