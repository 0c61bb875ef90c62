package io.kringle.pubsub;

import java.util.random.RandomGenerator;

/**
 * How a message's number is made up: 23 bits of epoch, counted up by each new root; 12 bits drawn
 * by the root, so that two roots that take the same epoch at opposite ends of a cut ring do not
 * mean the same number; 28 bits counted by the root. So numbers increase from root to root, and fit
 * a positive {@code long}.
 */
final class Sequence {
  /** No number at all: of one who wants what comes from now on. */
  static final long UNSET = -1;

  private static final int COUNT_BITS = 28;
  private static final int TAG_BITS = 12;
  private static final int EPOCH_SHIFT = COUNT_BITS + TAG_BITS;

  private Sequence() {}

  /** The number before the first one of an epoch above that of {@code highest}. */
  static long newEpoch(long highest, RandomGenerator random) {
    long epoch = (Math.max(0, highest) >>> EPOCH_SHIFT) + 1;
    return epoch << EPOCH_SHIFT | (long) random.nextInt(1 << TAG_BITS) << COUNT_BITS;
  }

  /** Whether two numbers were given by the same root in the same epoch. */
  static boolean sameEpoch(long one, long other) {
    return one >>> COUNT_BITS == other >>> COUNT_BITS;
  }

  /** Whether the epoch has no number left after {@code sequence}. */
  static boolean isExhausted(long sequence) {
    return !sameEpoch(sequence, sequence + 1);
  }
}
