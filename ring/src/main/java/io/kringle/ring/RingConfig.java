package io.kringle.ring;

import java.time.Duration;

/**
 * How a node keeps its place in the ring. All nodes of a ring should agree on {@code leafSetSize}
 * and {@code heartbeat}.
 *
 * @param leafSetSize Pastry's l: the leaves of both sides together; even, 2 to 64
 * @param heartbeat how often a node is heard from by its predecessor at least
 * @param probeTimeout how long each try of a probe waits for an answer before there is another; an
 *     answer to an earlier try counts as well, so the way there and back may take longer than this
 * @param probeTries how many tries a probe has, 1 to 10
 * @param joinTimeout how long a node tries to find its way into a ring
 * @param resumeAlone how long a node that returns with its data looks for the others before it
 *     serves alone
 * @param reunion how soon, after it lost many of its leaves at once, a node looks for parts of the
 *     ring that it does not see
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
    Duration reunion,
    Duration reunionMax,
    Duration failedMemory,
    int maxHops) {
  private static final int MAX_LEAF_SET = 64;
  private static final int MAX_TRIES = 10;

  /** By how many times {@code probeTimeout} a heartbeat may be late. */
  private static final int LATE = 4;

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
    positive("reunion", reunion);
    positive("failedMemory", failedMemory);
    notShorter("reunionMax", reunionMax, "reunion", reunion);
  }

  private static void positive(String name, Duration duration) {
    if (duration.isZero() || duration.isNegative()) {
      throw new IllegalArgumentException(name + " is not positive: " + duration);
    }
  }

  private static void notShorter(String name, Duration max, String least, Duration duration) {
    if (max.compareTo(duration) < 0) {
      throw new IllegalArgumentException(name + " is shorter than " + least);
    }
  }

  /**
   * What suits most rings: 16 leaves; a neighbour that falls silent is noticed and dropped within
   * twenty seconds if nobody has anything to say to it, and within two and a half seconds of the
   * first message that it leaves unacknowledged. Six tries of a probe make one wrong verdict in a
   * million when one message in twenty is lost.
   */
  public static RingConfig defaults() {
    return new RingConfig(
        16,
        Duration.ofSeconds(15),
        Duration.ofMillis(400),
        6,
        Duration.ofSeconds(30),
        Duration.ofSeconds(3),
        Duration.ofSeconds(5),
        Duration.ofSeconds(30),
        Duration.ofSeconds(20),
        128);
  }

  /** The same with another size of the leaf set. */
  public RingConfig withLeafSetSize(int size) {
    return with(size, joinTimeout);
  }

  /** The same with another patience on the way into a ring. */
  public RingConfig withJoinTimeout(Duration timeout) {
    return with(leafSetSize, timeout);
  }

  private RingConfig with(int size, Duration timeout) {
    return new RingConfig(
        size,
        heartbeat,
        probeTimeout,
        probeTries,
        timeout,
        resumeAlone,
        reunion,
        reunionMax,
        failedMemory,
        maxHops);
  }

  /** How long a successor may be silent before it is probed: a heartbeat may be a little late. */
  Duration silence() {
    return heartbeat.plus(probeTimeout.multipliedBy(LATE));
  }

  /** How many tries a probe has of a peer that another node has found dead by all of them. */
  int doubtTries() {
    return Math.max(1, probeTries / 3);
  }

  /** How long it takes at most, from a death, until the predecessor has noticed it. */
  Duration detection() {
    return silence().plus(probeTimeout.multipliedBy(probeTries));
  }
}
