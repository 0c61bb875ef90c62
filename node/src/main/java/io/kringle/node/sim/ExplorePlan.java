package io.kringle.node.sim;

import java.time.Duration;
import java.util.OptionalInt;

/**
 * What an exploration is to do.
 *
 * @param firstSeed the first of the seeds, each of which is a run of its own
 * @param lastSeed the last of them; at most {@value #MOST_SEEDS} in all
 * @param nodes how many nodes a ring starts with, {@value #FEWEST_NODES} to {@value #MOST_NODES};
 *     if empty, each seed draws that
 * @param faults the virtual time that faults go on for; at most a day
 * @param threads how many seeds run at a time
 */
public record ExplorePlan(
    long firstSeed, long lastSeed, OptionalInt nodes, Duration faults, int threads) {
  /** The smallest ring that is explored. */
  public static final int FEWEST_NODES = 3;

  /** The largest ring that is explored. */
  public static final int MOST_NODES = 50;

  private static final int MOST_SEEDS = 1_000_000;
  private static final int MOST_THREADS = 256;
  private static final Duration LONGEST = Duration.ofDays(1);

  /** Checks the ranges. */
  public ExplorePlan {
    if (firstSeed < 0 || lastSeed < firstSeed || lastSeed - firstSeed >= MOST_SEEDS) {
      throw new IllegalArgumentException(
          "seeds are from 0 on, the last not before the first, at most %,d in all; not %d..%d"
              .formatted(MOST_SEEDS, firstSeed, lastSeed));
    }
    nodes.ifPresent(ExplorePlan::checkNodes);
    if (faults.isNegative() || faults.isZero() || faults.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException("faults go on for up to a day, not for " + faults);
    }
    if (threads < 1 || threads > MOST_THREADS) {
      throw new IllegalArgumentException("threads are 1 to 256, not " + threads);
    }
  }

  private static void checkNodes(int nodes) {
    if (nodes < FEWEST_NODES || nodes > MOST_NODES) {
      throw new IllegalArgumentException(
          "nodes are %d to %d, not %d".formatted(FEWEST_NODES, MOST_NODES, nodes));
    }
  }

  /** How many runs that makes. */
  public int seeds() {
    return (int) (lastSeed - firstSeed + 1);
  }
}
