package io.kringle.node.sim;

import io.kringle.store.engine.SimulatedDisk;
import java.time.Duration;
import java.util.List;

/** What may happen to the disks of an explored ring, apart from their loss. */
final class StoreDiskFaults {
  private static final Duration FASTEST = Duration.ofMillis(5);
  private static final Duration SLOWEST = Duration.ofSeconds(1);
  private static final Duration SHORTEST = Duration.ofMillis(200);
  private static final Duration LONGEST = Duration.ofSeconds(30);
  private static final int MOST_AT_ONCE = 4;

  private final ExploreStage stage;
  private final ExploreRing<StoreNode> ring;

  StoreDiskFaults(ExploreStage stage, ExploreRing<StoreNode> ring) {
    this.stage = stage;
    this.ring = ring;
  }

  List<Fault> kinds() {
    return List.of(
        new Fault(FaultKind.SLOW_DISK, () -> slow(1)),
        new Fault(FaultKind.SLOW_DISK, () -> slow(stage.dice().between(2, MOST_AT_ONCE))));
  }

  private void slow(int count) {
    for (ExploreProcess<StoreNode> victim : stage.dice().some(ring.processes(), count)) {
      Duration time = stage.dice().between(FASTEST, SLOWEST);
      Duration lasts = stage.dice().between(SHORTEST, LONGEST);
      stage
          .story()
          .tell(
              "%s has a disk that takes %d ms, for %d ms"
                  .formatted(victim, time.toMillis(), lasts.toMillis()));
      victim.disk().delay(time);
      stage.simulation().at(lasts, () -> victim.disk().delay(SimulatedDisk.QUICK));
    }
  }

  /** Every disk is quick again. */
  void mend() {
    ring.processes().forEach(process -> process.disk().delay(SimulatedDisk.QUICK));
  }
}
