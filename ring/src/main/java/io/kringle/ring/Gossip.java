package io.kringle.ring;

import java.time.Duration;
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

  /** Whether a change is waiting to be told. */
  private boolean gathering;

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
   * Peers that somebody mentioned; those that would be leaves are probed. Whether there were any.
   */
  boolean consider(List<Peer> mentioned) {
    boolean news = false;
    for (Peer peer : mentioned.subList(0, Math.min(LONGEST, mentioned.size()))) {
      boolean isSelf = peer.id().equals(neighbourhood.leaves().self().id());
      if (!isSelf && !obituaries.contains(peer) && neighbourhood.wants(peer)) {
        probes.begin(peer);
        news = true;
      }
    }
    return news;
  }

  /**
   * The leaf set of an active peer: a leaf of this node that should be in it, and is not, may be
   * dead.
   */
  void compare(Peer other, List<Peer> leavesOfOther) {
    LeafSet theirs = LeafSet.alone(other, config.leafSetSize());
    for (Peer peer : leavesOfOther.subList(0, Math.min(LONGEST, leavesOfOther.size()))) {
      theirs = theirs.with(peer);
    }
    for (Peer leaf : neighbourhood.leaves().peers()) {
      boolean unknownToThem = !leaf.id().equals(other.id()) && theirs.wants(leaf.id());
      if (unknownToThem && outbox.silenceOf(leaf) > config.silence().toNanos()) {
        probes.begin(leaf);
      }
    }
  }

  /**
   * The leaf set has changed in a way that the neighbours may not have noticed: they are told soon.
   */
  void spread() {
    if (!gathering) {
      gathering = true;
      world.after(GATHER, this::tell);
    }
  }

  private void tell() {
    gathering = false;
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
