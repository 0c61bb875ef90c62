package io.kringle.pubsub;

import io.kringle.ring.Id;
import io.kringle.ring.Peer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The children of one node in one tree, at most {@link TopicsConfig#fanOut}, with how many
 * subscribers each has below it.
 */
final class Children {
  private static final int SILENT_REFRESHES = 3;
  private static final int STRIKES = 3;

  private final Surroundings around;
  private final Map<Id, Child> children = new LinkedHashMap<>();

  Children(Surroundings around) {
    this.around = around;
  }

  boolean isEmpty() {
    return children.isEmpty();
  }

  int size() {
    return children.size();
  }

  boolean contains(Id id) {
    return children.containsKey(id);
  }

  boolean isFull() {
    return children.size() >= around.config().fanOut();
  }

  List<Peer> peers() {
    return children.values().stream().map(child -> child.peer).toList();
  }

  /** How many subscribers there are below, as far as they have told. */
  int below() {
    int sum = 0;
    for (Child child : children.values()) {
      sum += child.below;
    }
    return sum;
  }

  /** Takes a child in, or hears of it again. */
  void heard(Peer peer, int below) {
    Child child = children.computeIfAbsent(peer.id(), id -> new Child(peer));
    child.peer = peer;
    child.below = Math.max(0, below);
    child.heardAt = around.world().now();
    child.strikes = 0;
  }

  void remove(Id id) {
    children.remove(id);
  }

  /**
   * The connection to a peer broke: it is kept for a few times without a word from it, since it
   * need not be dead.
   */
  void unreachable(Id id) {
    Child child = children.get(id);
    if (child != null && ++child.strikes >= STRIKES) {
      children.remove(id);
    }
  }

  /** Drops those that are dead or silent for too long. */
  void dropLost() {
    long limit = SILENT_REFRESHES * around.config().refresh().toNanos();
    long now = around.world().now();
    children
        .values()
        .removeIf(child -> now - child.heardAt > limit || around.ring().isFailed(child.peer.id()));
  }

  /** Them all, with what is below them. */
  List<TopicMessage.Branch> branches() {
    return children.values().stream()
        .map(child -> new TopicMessage.Branch(child.peer, child.below))
        .toList();
  }

  void checkInvariants() {
    if (children.size() > around.config().fanOut() || contains(around.self().id())) {
      throw new IllegalStateException(around.self() + " has the children " + children.keySet());
    }
  }

  private static final class Child {
    private Peer peer;
    private int below;
    private long heardAt;
    private int strikes;

    private Child(Peer peer) {
      this.peer = peer;
    }

    @Override
    public String toString() {
      return peer + " with " + below;
    }
  }
}
