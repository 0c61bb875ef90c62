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

  /** Until leaf sets are compared next, a random part taken off. */
  private Duration interval;

  private Optional<Timer> exchange = Optional.empty();

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
    this.interval = config.exchange();
    neighbourhood.listen(
        new RingListener() {
          @Override
          public void leafSetChanged(LeafSet before, LeafSet after) {
            exchangeSoon();
          }
        });
  }

  /**
   * Compares leaf sets with a random leaf from time to time, which mends what losses left undone:
   * soon after a change, and ever more rarely while there is none.
   */
  Timer startExchanging() {
    scheduleExchange();
    return () -> {
      exchange.ifPresent(Timer::cancel);
      exchange = Optional.empty();
      gathering.ifPresent(Timer::cancel);
      gathering = Optional.empty();
    };
  }

  private void scheduleExchange() {
    long half = interval.toNanos() / 2;
    long delay = half + world.random().nextLong(half);
    exchange = Optional.of(world.after(Duration.ofNanos(delay), this::exchange));
  }

  private void exchange() {
    List<Peer> leaves = neighbourhood.leaves().peers();
    if (!leaves.isEmpty()) {
      probes.begin(leaves.get(world.random().nextInt(leaves.size())));
    }
    Duration twice = interval.multipliedBy(2);
    interval = twice.compareTo(config.exchangeMax()) < 0 ? twice : config.exchangeMax();
    scheduleExchange();
  }

  private void exchangeSoon() {
    boolean wasRare = interval.compareTo(config.exchange()) > 0;
    interval = config.exchange();
    if (wasRare && exchange.isPresent()) {
      exchange.ifPresent(Timer::cancel);
      scheduleExchange();
    }
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
   * not, may be dead. One beyond its leaves is probably just the next that it has not heard of yet,
   * unless it knows so few that it should know everybody.
   */
  void compare(Peer other, List<Peer> leavesOfOther) {
    LeafSet theirs = LeafSet.alone(other, config.leafSetSize()).with(shortened(leavesOfOther));
    boolean few = theirs.peers().size() < config.leafSetSize() / 2;
    for (Peer leaf : neighbourhood.leaves().peers()) {
      boolean unknownToThem = !theirs.contains(leaf.id()) && (few || theirs.covers(leaf.id()));
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
