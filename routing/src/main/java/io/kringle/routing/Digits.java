package io.kringle.routing;

import io.kringle.ring.Id;

/**
 * An id as routing reads it: in digits of {@value #BITS} bits, Pastry's b. Wider digits make larger
 * tables and shorter ways; entries cost no messages of their own as long as they are not probed, so
 * b is one more than Pastry's usual 4.
 */
final class Digits {
  /** Pastry's b. */
  static final int BITS = 6;

  /** Digits of an id. */
  static final int COUNT = Id.BYTES * 8 / BITS;

  /** How many values a digit has. */
  static final int BASE = 1 << BITS;

  private Digits() {}

  /** The digit at {@code index}, 0 being the most significant of {@value #COUNT}. */
  static int at(Id id, int index) {
    return id.bits(index * BITS, BITS);
  }

  /** How many leading digits two ids share: {@value #COUNT} if they are equal. */
  static int shared(Id one, Id other) {
    return one.sharedBits(other) / BITS;
  }
}
