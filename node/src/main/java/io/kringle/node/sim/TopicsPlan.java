package io.kringle.node.sim;

import java.time.Duration;
import java.util.Set;

/**
 * What an exploration of topics is to do.
 *
 * @param firstSeed the first of the seeds, each of which is a run of its own
 * @param lastSeed the last of them; at most {@value #MOST_SEEDS} in all
 * @param nodes how many nodes a ring starts with, 1 to {@value #MOST_NODES}
 * @param subscribers how many there are, 1 to {@value #MOST_SUBSCRIBERS}
 * @param topics how many they and the publishers share, 1 to {@value #MOST_TOPICS}
 * @param messages how many are published in a run, about, 1 to {@value #MOST_MESSAGES}; and a
 *     quarter as many anycasts
 * @param faults which may happen
 * @param lasts the virtual time that faults go on for; at most an hour
 * @param threads how many seeds run at a time
 */
public record TopicsPlan(
    long firstSeed,
    long lastSeed,
    int nodes,
    int subscribers,
    int topics,
    int messages,
    Set<FaultKind> faults,
    Duration lasts,
    int threads) {
  /** The largest ring. */
  public static final int MOST_NODES = 50;

  /** The most subscribers. */
  public static final int MOST_SUBSCRIBERS = 1_000;

  /** The most topics. */
  public static final int MOST_TOPICS = 100;

  /** The most messages; less than what a topic keeps, so that all can be read again in the end. */
  public static final int MOST_MESSAGES = 5_000;

  private static final int MOST_SEEDS = 1_000_000;
  private static final int MOST_THREADS = 256;
  private static final Duration LONGEST = Duration.ofHours(1);

  /** Checks the ranges. */
  public TopicsPlan {
    faults = Set.copyOf(faults);
    if (firstSeed < 0 || lastSeed < firstSeed || lastSeed - firstSeed >= MOST_SEEDS) {
      throw new IllegalArgumentException(
          "seeds are from 0 on, the last not before the first, at most %,d in all; not %d..%d"
              .formatted(MOST_SEEDS, firstSeed, lastSeed));
    }
    check("nodes", nodes, MOST_NODES);
    check("subscribers", subscribers, MOST_SUBSCRIBERS);
    check("topics", topics, MOST_TOPICS);
    check("messages", messages, MOST_MESSAGES);
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
