package io.kringle.ring;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Waits that grow: the mean doubles from one to the next up to a limit, and each is drawn evenly
 * between half and one and a half of its mean, so that those who collided once do not meet again.
 */
public final class BackOff {
  private final RandomGenerator random;
  private final long maxMeanNanos;
  private long meanNanos;

  /**
   * Waits of {@code first} on the mean, and later of {@code most}.
   *
   * @param first not negative
   * @param most at least as long
   * @throws IllegalArgumentException if they are not, naming both
   */
  public BackOff(Duration first, Duration most, RandomGenerator random) {
    if (first.isNegative() || most.compareTo(first) < 0) {
      throw new IllegalArgumentException("waits from " + first + " to " + most);
    }
    this.random = random;
    this.meanNanos = first.toNanos();
    this.maxMeanNanos = most.toNanos();
  }

  /** The next wait. */
  public Duration next() {
    long wait = meanNanos / 2 + random.nextLong(meanNanos + 1);
    meanNanos = meanNanos > maxMeanNanos / 2 ? maxMeanNanos : 2 * meanNanos;
    return Duration.ofNanos(wait);
  }
}
