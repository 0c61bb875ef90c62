package io.kringle.node.sim;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * What may happen to the nodes of an explored ring.
 *
 * @param <N> what runs in its processes
 */
final class ExploreNodeFaults<N extends ExploredNode> {
  private static final Duration SOONEST_RETURN = Duration.ofMillis(10);
  private static final Duration LATEST_RETURN = Duration.ofSeconds(90);
  private static final Duration SHORTEST_PAUSE = Duration.ofMillis(100);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(20);
  private static final double MOST_DRIFT = 0.05;
  private static final int MOST_AT_ONCE = 8;
  private static final int LARGEST_RACK = 12;

  private final ExploreStage stage;
  private final ExploreRing<N> ring;
  private final ExploreDice dice;
  private final Supplier<Duration> left;
  private final boolean disksAreLost;

  /**
   * Nothing happens yet.
   *
   * @param left how long faults still go on
   * @param disksAreLost whether a crash may take the disk along
   */
  ExploreNodeFaults(
      ExploreStage stage, ExploreRing<N> ring, Supplier<Duration> left, boolean disksAreLost) {
    this.stage = stage;
    this.ring = ring;
    this.dice = stage.dice();
    this.left = left;
    this.disksAreLost = disksAreLost;
  }

  /** What may happen; what is listed twice is as likely as that. */
  List<Fault> kinds() {
    return List.of(
        new Fault(FaultKind.CRASH, () -> crash(some(1))),
        new Fault(FaultKind.CRASH, () -> crash(some(1))),
        new Fault(FaultKind.CRASH, () -> crash(some(1))),
        new Fault(FaultKind.CRASH, () -> crash(some(dice.between(2, MOST_AT_ONCE)))),
        new Fault(FaultKind.CRASH, () -> crash(some((ring.up().size() + 1) / 2))),
        new Fault(FaultKind.CRASH, () -> crash(rack())),
        new Fault(FaultKind.CRASH, this::crashSoonAfterEachOther),
        new Fault(FaultKind.JOIN, ring::add),
        new Fault(FaultKind.JOIN, ring::add),
        new Fault(FaultKind.JOIN, this::addSeveral),
        new Fault(FaultKind.LEAVE, () -> leave(some(1))),
        new Fault(FaultKind.LEAVE, () -> leave(rack())),
        new Fault(FaultKind.PAUSE, () -> pause(some(1))),
        new Fault(FaultKind.PAUSE, () -> pause(some(dice.between(2, MOST_AT_ONCE)))),
        new Fault(FaultKind.PAUSE, () -> pause(rack())),
        new Fault(FaultKind.DRIFT, () -> drift(some(1))),
        new Fault(FaultKind.DRIFT, () -> drift(ring.up())));
  }

  private List<ExploreProcess<N>> some(int count) {
    return dice.some(ring.up(), count);
  }

  /** Neighbours on the ring, as many as a leaf set has on both sides together at times. */
  private List<ExploreProcess<N>> rack() {
    List<ExploreProcess<N>> circle = ring.upInOrder();
    List<ExploreProcess<N>> rack = new ArrayList<>();
    if (!circle.isEmpty()) {
      int first = dice.between(0, circle.size() - 1);
      int size = Math.min(dice.between(2, LARGEST_RACK), circle.size());
      for (int i = 0; i < size; i++) {
        rack.add(circle.get((first + i) % circle.size()));
      }
    }
    return rack;
  }

  // ---- coming and going

  private void crash(List<ExploreProcess<N>> victims) {
    boolean noticed = dice.chance(0.5);
    victims.forEach(victim -> crash(victim, noticed));
  }

  private void crashSoonAfterEachOther() {
    Duration after = Duration.ZERO;
    for (ExploreProcess<N> victim : some(dice.between(2, MOST_AT_ONCE))) {
      after = after.plus(dice.between(Duration.ofMillis(10), Duration.ofSeconds(10)));
      if (after.compareTo(left.get()) < 0) {
        stage.simulation().at(after, () -> crash(victim, dice.chance(0.5)));
      }
    }
  }

  private void crash(ExploreProcess<N> victim, boolean noticed) {
    stage.story().tell(victim + (noticed ? " is killed" : " vanishes"));
    if (noticed) {
      victim.kill();
    } else {
      victim.vanish();
    }
    if (disksAreLost && dice.chance(0.3) && ring.mayLoseDisk(victim)) {
      boolean keepsId = dice.chance(0.5);
      stage.story().tell(victim + " has lost its disk" + (keepsId ? "" : ", and its id with it"));
      victim.loseDisk(keepsId);
    }
    mayReturn(victim);
  }

  private void mayReturn(ExploreProcess<N> gone) {
    if (dice.chance(0.8)) {
      Duration after = dice.between(SOONEST_RETURN, LATEST_RETURN);
      if (after.compareTo(left.get()) < 0) {
        stage.simulation().at(after, gone::startIfDown);
      }
    }
  }

  private void addSeveral() {
    int count = dice.between(2, MOST_AT_ONCE);
    for (int i = 0; i < count; i++) {
      ring.add();
    }
  }

  private void leave(List<ExploreProcess<N>> leavers) {
    for (ExploreProcess<N> leaver : leavers) {
      if (leaver.isAwake()) {
        stage.story().tell(leaver + " leaves");
        leaver.leave();
        mayReturn(leaver);
      }
    }
  }

  // ---- slowness

  private void pause(List<ExploreProcess<N>> sleepers) {
    for (ExploreProcess<N> sleeper : sleepers) {
      Duration lasts = atMostWhatIsLeft(dice.between(SHORTEST_PAUSE, LONGEST_PAUSE));
      stage.story().tell(sleeper + " pauses for " + lasts.toMillis() + " ms");
      sleeper.pause(lasts);
    }
  }

  private Duration atMostWhatIsLeft(Duration lasts) {
    return lasts.compareTo(left.get()) < 0 ? lasts : left.get();
  }

  private void drift(List<ExploreProcess<N>> some) {
    for (ExploreProcess<N> one : some) {
      double rate = dice.upTo(2 * MOST_DRIFT) - MOST_DRIFT;
      stage.story().tell("%s has a clock that is off by %.1f %%".formatted(one, 100 * rate));
      stage.simulation().drift(one.self().id(), rate);
    }
  }
}
