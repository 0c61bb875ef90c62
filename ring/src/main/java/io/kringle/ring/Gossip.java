package io.kringle.ring;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Leaf sets told from node to node, by probes and their replies. What is heard is only a reason to
 * look: peers that would be leaves are probed, and so is a leaf that somebody does not name who
 * should know it.
 */
final class Gossip {
  /** Changes that come within this time are told together. */
  private static final Duration GATHER = Duration.ofMillis(50);

  /** The largest leaf set that makes sense, both sides, and the sender itself. */
  private static final int LONGEST = 65;

  private final World world;
  private final RingConfig config;
  private final Outbox outbox;
  private final Probes probes;
  private final Neighbourhood neighbourhood;
  private final Obituaries obituaries;

  /** Until a change that waits to be told is told. */
  private Optional<Timer> gathering = Optional.empty();

  Gossip(
      World world,
      RingConfig config,
      Outbox outbox,
      Probes probes,
      Neighbourhood neighbourhood,
      Obituaries obituaries) {
    this.world = world;
    this.config = config;
    this.outbox = outbox;
    this.probes = probes;
    this.neighbourhood = neighbourhood;
    this.obituaries = obituaries;
  }

  /**
   * What the successor, or who takes this node for its predecessor, says that they both know. If
   * that is not so, they compare their leaf sets: so every two neighbours agree on whom they share,
   * and what losses left undone is mended around the ring within a few heartbeats.
   */
  void agree(Peer other, long shared) {
    LeafSet leaves = neighbourhood.leaves();
    if (!other.equals(leaves.successor()) || shared != leaves.sharedWithSuccessor()) {
      probes.begin(other);
    }
  }

  /** What waits to be told is not told any more. */
  void stop() {
    gathering.ifPresent(Timer::cancel);
    gathering = Optional.empty();
  }

  /**
   * Peers that somebody mentioned; those that would be leaves if all of them lived are probed.
   * Whether there were any.
   */
  boolean consider(List<Peer> mentioned) {
    List<Peer> credible = new ArrayList<>();
    for (Peer peer : shortened(mentioned)) {
      if (!obituaries.contains(peer) && neighbourhood.wants(peer)) {
        credible.add(peer);
      }
    }
    if (credible.isEmpty()) {
      return false;
    }
    LeafSet wished = neighbourhood.leaves().with(credible);
    credible.removeIf(peer -> !wished.contains(peer.id()) || neighbourhood.isSelf(peer));
    credible.forEach(probes::begin);
    return !credible.isEmpty();
  }

  /**
   * The leaf set of an active peer: a leaf of this node that should be among its leaves, and is
   * not, may be dead. Where it has room for more, and does not know so few that it should know
   * everybody, one beyond its leaves is probably just the next that it has not heard of yet.
   */
  void compare(Peer other, List<Peer> leavesOfOther) {
    LeafSet theirs = LeafSet.alone(other, config.leafSetSize()).with(shortened(leavesOfOther));
    boolean few = theirs.peers().size() < config.leafSetSize() / 2;
    boolean growing = theirs.isWholeRing() && !few;
    for (Peer leaf : neighbourhood.leaves().peers()) {
      boolean unknownToThem = theirs.wants(leaf.id()) && (!growing || theirs.covers(leaf.id()));
      if (unknownToThem && outbox.silenceOf(leaf) > config.silence().toNanos()) {
        probes.begin(leaf);
      }
    }
  }

  private static List<Peer> shortened(List<Peer> peers) {
    return peers.subList(0, Math.min(LONGEST, peers.size()));
  }

  /**
   * The leaf set has changed in a way that the neighbours may not have noticed: they are told soon.
   */
  void spread() {
    if (gathering.isEmpty()) {
      gathering = Optional.of(world.after(GATHER, this::tell));
    }
  }

  private void tell() {
    gathering = Optional.empty();
    LeafSet leaves = neighbourhood.leaves();
    Set<Peer> ends = new LinkedHashSet<>();
    for (List<Peer> side : List.of(leaves.clockwise(), leaves.counterClockwise())) {
      if (!side.isEmpty()) {
        ends.add(side.get(0));
        ends.add(side.get(side.size() - 1));
      }
    }
    ends.forEach(probes::tell);
  }

  /**
   * Fills the place of a leaf that was dropped: the farthest one that is left on its side knows who
   * comes next.
   */
  void repair(LeafSet before, Peer dropped) {
    boolean wasClockwise = before.clockwise().contains(dropped);
    boolean wasCounterClockwise = before.counterClockwise().contains(dropped);
    if (wasClockwise) {
      askFarthest(before.clockwise(), before.counterClockwise());
    }
    if (wasCounterClockwise) {
      askFarthest(before.counterClockwise(), before.clockwise());
    }
  }

  private void askFarthest(List<Peer> side, List<Peer> otherSide) {
    farthest(side).or(() -> farthest(otherSide)).ifPresent(probes::begin);
  }

  private Optional<Peer> farthest(List<Peer> side) {
    for (int i = side.size() - 1; i >= 0; i--) {
      if (neighbourhood.isLeaf(side.get(i))) {
        return Optional.of(side.get(i));
      }
    }
    return Optional.empty();
  }
}
