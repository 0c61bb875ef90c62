package io.kringle.store;

import java.time.Duration;

/**
 * How a near cache behaves.
 *
 * @param prefix of the keys that are cached; empty: all. One watch of this prefix keeps it fresh,
 *     and hears of every change there is
 * @param maxEntries how many entries it holds at the most; at least 1
 * @param maxBytes how much their keys and values have together at the most, in bytes; at least one
 *     for each entry
 * @param maxAge how long an entry is held; positive
 * @param maxStaleness how old an answer may be while nobody confirms that it is still true; at
 *     least 5 s, for a quiet watch is confirmed about every four
 */
public record NearCacheOptions(
    String prefix, long maxEntries, long maxBytes, Duration maxAge, Duration maxStaleness) {

  private static final Duration LEAST_STALENESS = Duration.ofSeconds(5);

  /** All keys, 10 000 entries, 16 MiB, ten minutes, ten seconds. */
  public static final NearCacheOptions DEFAULT =
      new NearCacheOptions("", 10_000, 16L << 20, Duration.ofMinutes(10), Duration.ofSeconds(10));

  /** Checks the ranges. */
  public NearCacheOptions {
    if (maxEntries < 1 || maxBytes < maxEntries) {
      throw new IllegalArgumentException(maxEntries + " entries of " + maxBytes + " bytes");
    }
    if (maxAge.isNegative() || maxAge.isZero() || maxStaleness.compareTo(LEAST_STALENESS) < 0) {
      throw new IllegalArgumentException(
          "an age is positive, not " + maxAge + "; staleness is 5 s or more, not " + maxStaleness);
    }
  }

  /** Of these keys only. */
  public NearCacheOptions withPrefix(String begin) {
    return new NearCacheOptions(begin, maxEntries, maxBytes, maxAge, maxStaleness);
  }

  /** With another size. */
  public NearCacheOptions withSize(long entries, long bytes) {
    return new NearCacheOptions(prefix, entries, bytes, maxAge, maxStaleness);
  }

  /** With other times. */
  public NearCacheOptions withTimes(Duration age, Duration staleness) {
    return new NearCacheOptions(prefix, maxEntries, maxBytes, age, staleness);
  }
}
