package io.kringle.store;

import java.time.Duration;

/**
 * Limits of the store.
 *
 * @param maxValueBytes the largest value; at least 1
 * @param timeout until an operation is given up
 */
public record StoreConfig(int maxValueBytes, Duration timeout) {
  /** The largest key, in bytes of UTF-8. */
  public static final int MAX_KEY_BYTES = 1024;

  /** Values up to 900 KiB, which fits a frame of 1 MiB with room for the envelope; five seconds. */
  public static final StoreConfig DEFAULT = new StoreConfig(900 * 1024, Duration.ofSeconds(5));

  /** Checks the ranges. */
  public StoreConfig {
    if (maxValueBytes < 1 || timeout.isNegative() || timeout.isZero()) {
      throw new IllegalArgumentException(
          "max value " + maxValueBytes + " bytes, timeout " + timeout);
    }
  }
}
