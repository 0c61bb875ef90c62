package io.kringle.node.sim;

import java.time.Duration;
import java.util.Set;

/**
 * Which seeds are run, and what happens to the ring of each.
 *
 * @param first the first of the seeds, each of which is a run of its own
 * @param last the last of them; at most {@value #MOST_SEEDS} in all
 * @param nodes how many nodes a ring starts with, 1 to {@value #MOST_NODES}
 * @param faults which may happen
 * @param lasts the virtual time that faults go on for; at most an hour
 * @param threads how many seeds run at a time, 1 to {@value #MOST_THREADS}
 */
public record SeedPlan(
    long first, long last, int nodes, Set<FaultKind> faults, Duration lasts, int threads) {
  /** The largest ring. */
  public static final int MOST_NODES = 50;

  /** The most seeds. */
  public static final int MOST_SEEDS = 1_000_000;

  /** The most threads. */
  public static final int MOST_THREADS = 256;

  private static final Duration LONGEST = Duration.ofHours(1);

  /** Checks the ranges. */
  public SeedPlan {
    faults = Set.copyOf(faults);
    if (first < 0 || last < first || last - first >= MOST_SEEDS) {
      throw new IllegalArgumentException(
          "seeds are from 0 on, the last not before the first, at most %,d in all; not %d..%d"
              .formatted(MOST_SEEDS, first, last));
    }
    check("nodes", nodes, MOST_NODES);
    check("threads", threads, MOST_THREADS);
    if (lasts.isNegative() || lasts.isZero() || lasts.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException("faults go on for up to an hour, not for " + lasts);
    }
  }

  static void check(String what, int count, int most) {
    if (count < 1 || count > most) {
      throw new IllegalArgumentException("%s are 1 to %d, not %d".formatted(what, most, count));
    }
  }

  /** How many runs that makes. */
  public int count() {
    return (int) (last - first + 1);
  }
}
