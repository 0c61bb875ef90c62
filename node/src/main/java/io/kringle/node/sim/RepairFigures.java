package io.kringle.node.sim;

import java.time.Duration;
import java.util.Optional;

/** What is measured of one kind of fault, besides when there was one ring. Times are virtual. */
public sealed interface RepairFigures {

  /**
   * Of {@link RepairFault#CRASH}, by lookups that began at the moment of the crash and went on for
   * two minutes.
   *
   * @param lookups how many
   * @param lost arrived nowhere within 30 seconds
   * @param misdelivered arrived at a node that was not the closest to the key
   * @param correctAfter when the last lookup began that was lost or misdelivered, after the crash;
   *     zero if none was
   * @param slowUntil when the last lookup arrived that took over 5 seconds, after the crash; zero
   *     if none did
   */
  record Crash(int lookups, int lost, int misdelivered, Duration correctAfter, Duration slowUntil)
      implements RepairFigures {}

  /**
   * Of {@link RepairFault#SPLIT}.
   *
   * @param twoRingsAfter when each half agreed on a ring of its own, after the cut; empty if they
   *     did not as long as it lasted
   */
  record Split(Optional<Duration> twoRingsAfter) implements RepairFigures {}

  /**
   * Of {@link RepairFault#CROWD}.
   *
   * @param crowd how many came
   * @param refused how often one did not get in and tried again
   * @param joinMillis from the start of a node until it was active
   */
  record Crowd(int crowd, int refused, Distribution joinMillis) implements RepairFigures {}
}
