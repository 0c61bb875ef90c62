package io.kringle.replication;

import java.time.Duration;

/**
 * How much of a ledger is kept: what is beyond any of the three goes, the oldest first.
 *
 * @param items at the most; 1 to 1 000 000
 * @param bytes of payload at the most; at least one. The last item is kept even if it has more
 * @param age at the most; a millisecond to 100 years. Items that are older are not told any more,
 *     and gone from disks some minutes later
 */
public record Retention(int items, long bytes, Duration age) {
  private static final int MOST_ITEMS = 1_000_000;

  /** 10 000 items, 64 MiB, a day. */
  public static final Retention DEFAULT = new Retention(10_000, 64L << 20, Duration.ofDays(1));

  /** Checks the ranges. */
  public Retention {
    if (items < 1 || items > MOST_ITEMS || bytes < 1) {
      throw new IllegalArgumentException(
          "a ledger keeps 1 to "
              + MOST_ITEMS
              + " items of a byte or more, not "
              + items
              + " of "
              + bytes);
    }
    if (age.compareTo(Records.SHORTEST_LIFE) < 0 || age.compareTo(Records.LONGEST_LIFE) > 0) {
      throw new IllegalArgumentException("an age is a millisecond to 100 years, not " + age);
    }
  }
}
