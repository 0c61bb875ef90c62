package io.kringle.store;

import java.time.Duration;

/**
 * How persistent an update is.
 *
 * @param attempts how often the resolver runs at the most; at least 1
 * @param backOff the mean wait after the first conflict, doubled after each up to {@code
 *     maxBackOff}, drawn with jitter
 * @param maxBackOff the longest mean wait
 */
public record UpdateOptions(int attempts, Duration backOff, Duration maxBackOff) {
  /** Twenty attempts, from 2 ms up to 200 ms apart. */
  public static final UpdateOptions DEFAULT =
      new UpdateOptions(20, Duration.ofMillis(2), Duration.ofMillis(200));

  /** Checks the ranges. */
  public UpdateOptions {
    if (attempts < 1 || backOff.isNegative() || maxBackOff.compareTo(backOff) < 0) {
      throw new IllegalArgumentException(
          "attempts " + attempts + ", back-off " + backOff + " to " + maxBackOff);
    }
  }

  /** With another number of attempts. */
  public UpdateOptions withAttempts(int newAttempts) {
    return new UpdateOptions(newAttempts, backOff, maxBackOff);
  }
}
