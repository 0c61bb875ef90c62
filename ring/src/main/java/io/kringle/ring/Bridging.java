package io.kringle.ring;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Looks for nodes where a node's neighbours are too far away for that to be chance.
 *
 * <p>When all leaves of one side die together, those of the other side take their places, and the
 * farthest of them knows who comes next, and so on around the circle: so nodes can become
 * neighbours that have others between them. Those others close up in the same way, and then there
 * are two rings, each of which is in order as far as its nodes can see. What gives them away is the
 * gap. A node that has one next to it probes those whom it remembers in the gap, and the next hop
 * to anywhere in it; whoever lives there becomes its leaf, and knows the nodes beside it.
 *
 * <p>In a ring of random ids a gap of {@value #WIDE} times the median happens once in some ten
 * million. If it is real, the node looks in vain, and ever more rarely.
 *
 * <p>Invariant: while there is a wide gap there is a timer.
 */
final class Bridging {
  /** How many times the median distance of its leaves a neighbour has to be away. */
  private static final int WIDE = 24;

  /** With fewer leaves, the ring is so small that distances say little. */
  private static final int FEWEST_LEAVES = 8;

  /** How many of those in a gap are probed at a time, the nearest first. */
  private static final int AT_ONCE = 4;

  private static final Duration FIRST = Duration.ofSeconds(1);
  private static final Duration RAREST = Duration.ofSeconds(60);

  private final World world;
  private final Neighbourhood neighbourhood;
  private final Probes probes;
  private final RememberedPeers remembered;
  private final Supplier<Pathfinder> pathfinder;
  private Optional<Timer> timer = Optional.empty();
  private Duration interval = FIRST;
  private boolean running;

  /**
   * One that does nothing yet.
   *
   * @param pathfinder the one to use at that time
   */
  Bridging(
      World world,
      Neighbourhood neighbourhood,
      Probes probes,
      RememberedPeers remembered,
      Supplier<Pathfinder> pathfinder) {
    this.world = world;
    this.neighbourhood = neighbourhood;
    this.probes = probes;
    this.remembered = remembered;
    this.pathfinder = pathfinder;
    neighbourhood.listen(
        new RingListener() {
          @Override
          public void leafSetChanged(LeafSet before, LeafSet after) {
            boolean others =
                !before.successor().equals(after.successor())
                    || !before.predecessor().equals(after.predecessor());
            if (running && (others || timer.isEmpty())) {
              interval = FIRST;
              schedule();
            }
          }
        });
  }

  void start() {
    running = true;
    schedule();
  }

  void stop() {
    running = false;
    timer.ifPresent(Timer::cancel);
    timer = Optional.empty();
  }

  /** Looks a while from now if there is anything to look for. */
  private void schedule() {
    timer.ifPresent(Timer::cancel);
    timer =
        wideGaps().isEmpty() ? Optional.empty() : Optional.of(world.after(interval, this::look));
  }

  private void look() {
    for (Gap gap : wideGaps()) {
      remembered.snapshot().stream()
          .map(RememberedPeers.Remembered::peer)
          .filter(gap::holds)
          .sorted(Comparator.comparing(gap::distance))
          .limit(AT_ONCE)
          .forEach(probes::begin);
      pathfinder.get().towards(gap.somewhere(world), gap::holds).ifPresent(probes::begin);
    }
    Duration twice = interval.multipliedBy(2);
    interval = twice.compareTo(RAREST) < 0 ? twice : RAREST;
    schedule();
  }

  /**
   * The ids between this node and a neighbour.
   *
   * @param clockwise whether the neighbour is the successor
   */
  private record Gap(Id self, Id neighbour, boolean clockwise) {
    Id length() {
      return clockwise ? neighbour.minus(self) : self.minus(neighbour);
    }

    Id distance(Peer peer) {
      return clockwise ? peer.id().minus(self) : self.minus(peer.id());
    }

    boolean holds(Peer peer) {
      Id walked = distance(peer);
      return !walked.equals(Id.ZERO) && walked.compareTo(length()) < 0;
    }

    Id somewhere(World world) {
      Id first = clockwise ? self : neighbour;
      Id random = Id.random(world.random());
      while (random.compareTo(length()) >= 0) {
        random = random.half();
      }
      return first.plus(random);
    }
  }

  private List<Gap> wideGaps() {
    LeafSet leaves = neighbourhood.leaves();
    List<Gap> wide = new ArrayList<>();
    if (leaves.peers().size() >= FEWEST_LEAVES) {
      Id self = leaves.self().id();
      double most = WIDE * medianDistance(leaves);
      for (Gap gap :
          List.of(
              new Gap(self, leaves.successor().id(), true),
              new Gap(self, leaves.predecessor().id(), false))) {
        if (share(gap.length()) > most) {
          wide.add(gap);
        }
      }
    }
    return wide;
  }

  /** Of those from one leaf to the next on the same side. */
  private static double medianDistance(LeafSet leaves) {
    List<Double> distances = new ArrayList<>();
    for (List<Peer> side : List.of(leaves.clockwise(), leaves.counterClockwise())) {
      for (int i = 1; i < side.size(); i++) {
        distances.add(share(side.get(i).id().distanceTo(side.get(i - 1).id())));
      }
    }
    double[] sorted = distances.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    return sorted[sorted.length / 2];
  }

  /** Of the circle. */
  private static double share(Id length) {
    return (length.high() >>> 1) * 0x1p-63;
  }

  void checkInvariants() {
    if (running && timer.isEmpty() && !wideGaps().isEmpty()) {
      throw new IllegalStateException("a wide gap, and nobody looks");
    }
  }
}
