package io.kringle.routing;

import java.util.random.RandomGenerator;

/**
 * Numbers that one life of a node gives once: they start at a random place, so that another life
 * gives others.
 */
final class Sequence {
  private static final long STARTS = 1L << 48;

  private long last;

  Sequence(RandomGenerator random) {
    last = random.nextLong(STARTS);
  }

  /** Positive, so never {@link Journey#NO_HOP}. */
  long next() {
    return ++last;
  }
}
