package io.kringle.testkit;

import java.time.Duration;

/** Points in a square, drawn from their number. */
final class EuclideanLatencies implements Latencies {
  /** The mean distance of two points in a square is 0.5214 of its side. */
  private static final long SIDE = Duration.ofMillis(134).toNanos();

  private static final long LEAST = Duration.ofMillis(1).toNanos();

  private final long seed;

  EuclideanLatencies(long seed) {
    this.seed = seed;
  }

  @Override
  public long oneWay(int from, int to) {
    double distance = Math.hypot(at(2L * from) - at(2L * to), at(2L * from + 1) - at(2L * to + 1));
    return LEAST + (long) (SIDE * distance);
  }

  /** A number from 0 to 1 by its index: the output function of SplitMix64. */
  private double at(long index) {
    long mixed = seed + (index + 1) * 0x9E3779B97F4A7C15L;
    mixed = (mixed ^ mixed >>> 30) * 0xBF58476D1CE4E5B9L;
    mixed = (mixed ^ mixed >>> 27) * 0x94D049BB133111EBL;
    return ((mixed ^ mixed >>> 31) >>> 11) * 0x1p-53;
  }
}
