package io.kringle.node.sim;

import io.kringle.replication.Room;
import io.kringle.store.engine.SimulatedDisk;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/** What may happen to the disks of an explored ring, apart from their loss. */
final class StoreDiskFaults {
  private static final Duration FASTEST = Duration.ofMillis(5);
  private static final Duration SLOWEST = Duration.ofSeconds(1);
  private static final Duration SHORTEST = Duration.ofMillis(200);
  private static final Duration LONGEST = Duration.ofSeconds(30);
  private static final int MOST_AT_ONCE = 4;

  private final ExploreStage stage;
  private final ExploreRing<StackNode> ring;

  StoreDiskFaults(ExploreStage stage, ExploreRing<StackNode> ring) {
    this.stage = stage;
    this.ring = ring;
  }

  List<Fault> kinds() {
    return List.of(
        new Fault(FaultKind.SLOW_DISK, () -> slow(1)),
        new Fault(FaultKind.SLOW_DISK, () -> slow(several())),
        new Fault(FaultKind.FULL_DISK, () -> fill(1)),
        new Fault(FaultKind.FULL_DISK, () -> fill(several())),
        new Fault(FaultKind.FULL_DISK, () -> refuse(1)),
        new Fault(FaultKind.FULL_DISK, () -> refuse(several())),
        new Fault(FaultKind.BIT_ROT, this::rot));
  }

  private int several() {
    return stage.dice().between(2, MOST_AT_ONCE);
  }

  private List<ExploreProcess<StackNode>> some(int count) {
    return stage.dice().some(ring.processes(), count);
  }

  private Duration lasts() {
    return stage.dice().between(SHORTEST, LONGEST);
  }

  private void slow(int count) {
    for (ExploreProcess<StackNode> victim : some(count)) {
      Duration time = stage.dice().between(FASTEST, SLOWEST);
      Duration lasts = lasts();
      tell(victim, "takes " + time.toMillis() + " ms", lasts);
      victim.disk().delay(time);
      stage.simulation().at(lasts, () -> victim.disk().delay(SimulatedDisk.QUICK));
    }
  }

  /** There is little room or none, and the node can see it. */
  private void fill(int count) {
    for (ExploreProcess<StackNode> victim : some(count)) {
      Room room = stage.dice().chance(0.5) ? Room.LITTLE : Room.NONE;
      Duration lasts = lasts();
      tell(victim, "has " + room.name().toLowerCase(Locale.ROOT) + " room", lasts);
      victim.disk().room(room);
      stage.simulation().at(lasts, () -> victim.disk().room(Room.PLENTY));
    }
  }

  /** Whatever is written fails. */
  private void refuse(int count) {
    for (ExploreProcess<StackNode> victim : some(count)) {
      Duration lasts = lasts();
      tell(victim, "takes nothing", lasts);
      victim.disk().full(true);
      stage.simulation().at(lasts, () -> relieve(victim));
    }
  }

  /** Whose replicas have stopped for that is started again by whoever has made room. */
  private void relieve(ExploreProcess<StackNode> victim) {
    victim.disk().full(false);
    if (victim.isUp() && victim.disk().isFaulty()) {
      stage.story().tell(victim + " has room again, and is killed to be started anew");
      victim.kill();
      victim.startIfDown();
    }
  }

  /** Not while others leave: the victim may be all that an arc will have when they have gone. */
  private void rot() {
    boolean isLeft = ring.processes().stream().anyMatch(ExploreProcess::isLeaving);
    for (ExploreProcess<StackNode> victim : some(1)) {
      if (!isLeft && ring.mayLoseDisk(victim)) {
        victim
            .disk()
            .rot(new SplittableRandom(stage.dice().word()))
            .ifPresent(
                place ->
                    stage.story().tell(victim + " has a flipped bit in '" + place.key() + "'"));
      }
    }
  }

  private void tell(ExploreProcess<StackNode> victim, String what, Duration lasts) {
    stage
        .story()
        .tell("%s has a disk that %s, for %d ms".formatted(victim, what, lasts.toMillis()));
  }

  /** Every disk is quick again and has room; what has rotted is left to the nodes. */
  void mend() {
    for (ExploreProcess<StackNode> process : ring.processes()) {
      process.disk().delay(SimulatedDisk.QUICK);
      process.disk().room(Room.PLENTY);
      relieve(process);
    }
  }
}
