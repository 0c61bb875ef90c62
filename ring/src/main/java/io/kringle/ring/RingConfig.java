package io.kringle.ring;

import java.time.Duration;

/**
 * How a node keeps its place in the ring. All nodes of a ring should agree on {@code leafSetSize}
 * and {@code heartbeat}.
 *
 * @param leafSetSize Pastry's l: the leaves of both sides together; even, 2 to 64
 * @param heartbeat how often a node is heard from by its predecessor at least
 * @param probeTimeout how long the first try of a probe waits; each further one waits twice as long
 * @param probeTries how many tries a probe has, 1 to 10
 * @param joinTimeout how long a node tries to find its way into a ring
 * @param resumeAlone how long a node that returns with its data looks for the others before it
 *     serves alone
 * @param exchange how often a node compares its leaf set with a random leaf's
 * @param reunion how soon, after it lost a leaf, a node looks for parts of the ring that it does
 *     not see
 * @param reunionMax how often it still does when all is well; in a ring of more than a few nodes
 *     each does so more rarely, so that the ring as a whole looks about as often whatever its size
 * @param failedMemory how long a dead peer is remembered, and not probed again because of hearsay
 * @param maxHops how often a join request is passed on
 */
public record RingConfig(
    int leafSetSize,
    Duration heartbeat,
    Duration probeTimeout,
    int probeTries,
    Duration joinTimeout,
    Duration resumeAlone,
    Duration exchange,
    Duration reunion,
    Duration reunionMax,
    Duration failedMemory,
    int maxHops) {
  private static final int MAX_LEAF_SET = 64;
  private static final int MAX_TRIES = 10;

  /** Checks the ranges. */
  public RingConfig {
    if (leafSetSize < 2 || leafSetSize > MAX_LEAF_SET || leafSetSize % 2 != 0) {
      throw new IllegalArgumentException(
          "the leaf set has an even size from 2 to 64, not " + leafSetSize);
    }
    if (probeTries < 1 || probeTries > MAX_TRIES) {
      throw new IllegalArgumentException("a probe has 1 to 10 tries, not " + probeTries);
    }
    if (maxHops < 1) {
      throw new IllegalArgumentException("a join request needs at least one hop");
    }
    positive("heartbeat", heartbeat);
    positive("probeTimeout", probeTimeout);
    positive("joinTimeout", joinTimeout);
    positive("resumeAlone", resumeAlone);
    positive("exchange", exchange);
    positive("reunion", reunion);
    positive("failedMemory", failedMemory);
    if (reunionMax.compareTo(reunion) < 0) {
      throw new IllegalArgumentException("reunionMax is shorter than reunion");
    }
  }

  private static void positive(String name, Duration duration) {
    if (duration.isZero() || duration.isNegative()) {
      throw new IllegalArgumentException(name + " is not positive: " + duration);
    }
  }

  /**
   * What suits most rings: 16 leaves, a silent neighbour noticed and dropped within ten seconds.
   */
  public static RingConfig defaults() {
    return new RingConfig(
        16,
        Duration.ofSeconds(2),
        Duration.ofMillis(500),
        3,
        Duration.ofSeconds(30),
        Duration.ofSeconds(3),
        Duration.ofSeconds(30),
        Duration.ofSeconds(5),
        Duration.ofSeconds(60),
        Duration.ofSeconds(20),
        128);
  }

  /** The same with another size of the leaf set. */
  public RingConfig withLeafSetSize(int size) {
    return new RingConfig(
        size,
        heartbeat,
        probeTimeout,
        probeTries,
        joinTimeout,
        resumeAlone,
        exchange,
        reunion,
        reunionMax,
        failedMemory,
        maxHops);
  }

  /**
   * How long a successor may be silent before it is probed: two heartbeats may be late or one lost.
   */
  Duration silence() {
    return heartbeat.multipliedBy(2).plus(probeTimeout);
  }

  /** How long it takes at most, from a death, until the predecessor has noticed it. */
  Duration detection() {
    return silence().plus(probeTimeout.multipliedBy((1L << probeTries) - 1));
  }
}
