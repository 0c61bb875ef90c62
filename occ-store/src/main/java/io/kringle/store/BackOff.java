package io.kringle.store;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Waits that grow: the mean doubles from one to the next up to a limit, and each is drawn evenly
 * between half and one and a half of its mean, so that those who collided once do not meet again.
 */
final class BackOff {
  private final RandomGenerator random;
  private final long maxMeanNanos;
  private long meanNanos;

  BackOff(UpdateOptions options, RandomGenerator random) {
    this.random = random;
    this.meanNanos = options.backOff().toNanos();
    this.maxMeanNanos = options.maxBackOff().toNanos();
  }

  Duration next() {
    long wait = meanNanos / 2 + random.nextLong(meanNanos + 1);
    meanNanos = meanNanos > maxMeanNanos / 2 ? maxMeanNanos : 2 * meanNanos;
    return Duration.ofNanos(wait);
  }
}
