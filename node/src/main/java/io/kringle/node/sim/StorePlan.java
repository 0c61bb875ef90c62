package io.kringle.node.sim;

import java.time.Duration;
import java.util.Set;

/**
 * What an exploration of the store is to do.
 *
 * @param firstSeed the first of the seeds, each of which is a run of its own
 * @param lastSeed the last of them; at most {@value #MOST_SEEDS} in all
 * @param nodes how many nodes a ring starts with, 1 to {@value #MOST_NODES}
 * @param clients how many ask at the same time, 1 to {@value #MOST_CLIENTS}
 * @param keys how many they share, 1 to {@value #MOST_KEYS}
 * @param faults which may happen
 * @param lasts the virtual time that faults go on for; at most an hour
 * @param threads how many seeds run at a time
 */
public record StorePlan(
    long firstSeed,
    long lastSeed,
    int nodes,
    int clients,
    int keys,
    Set<FaultKind> faults,
    Duration lasts,
    int threads) {
  /** The largest ring. */
  public static final int MOST_NODES = 50;

  /** The most clients. */
  public static final int MOST_CLIENTS = 100;

  /** The most keys. */
  public static final int MOST_KEYS = 1_000;

  private static final int MOST_SEEDS = 1_000_000;
  private static final int MOST_THREADS = 256;
  private static final Duration LONGEST = Duration.ofHours(1);

  /** Checks the ranges. */
  public StorePlan {
    faults = Set.copyOf(faults);
    if (firstSeed < 0 || lastSeed < firstSeed || lastSeed - firstSeed >= MOST_SEEDS) {
      throw new IllegalArgumentException(
          "seeds are from 0 on, the last not before the first, at most %,d in all; not %d..%d"
              .formatted(MOST_SEEDS, firstSeed, lastSeed));
    }
    check("nodes", nodes, MOST_NODES);
    check("clients", clients, MOST_CLIENTS);
    check("keys", keys, MOST_KEYS);
    check("threads", threads, MOST_THREADS);
    if (lasts.isNegative() || lasts.isZero() || lasts.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException("faults go on for up to an hour, not for " + lasts);
    }
  }

  private static void check(String what, int count, int most) {
    if (count < 1 || count > most) {
      throw new IllegalArgumentException("%s are 1 to %d, not %d".formatted(what, most, count));
    }
  }

  /** How many runs that makes. */
  public int seeds() {
    return (int) (lastSeed - firstSeed + 1);
  }
}
