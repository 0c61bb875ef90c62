package io.kringle.ring;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.random.RandomGenerator;

/**
 * A point on the circle of 2<sup>160</sup> ids: a node's place, or the hash of a key.
 *
 * <p>Immutable, and a number: arithmetic is modulo 2<sup>160</sup>, order is unsigned. Kept as
 * three words, so that comparing, subtracting and reading digits allocate nothing beyond the
 * result.
 */
public final class Id implements Comparable<Id> {
  /** Length of an id in bytes. */
  public static final int BYTES = 20;

  /** Bits to a digit: Pastry's b. Ids have 40 digits in base 16. */
  public static final int DIGIT_BITS = 4;

  /** Digits of an id in base 2<sup>b</sup>. */
  public static final int DIGITS = BYTES * 8 / DIGIT_BITS;

  /** The lowest id. */
  public static final Id ZERO = new Id(0, 0, 0);

  /** The highest id. */
  public static final Id MAX = new Id(-1, -1, -1);

  private static final HexFormat HEX = HexFormat.of();

  private final long high;
  private final long middle;
  private final int low;

  private Id(long high, long middle, int low) {
    this.high = high;
    this.middle = middle;
    this.low = low;
  }

  /**
   * The id of a key: SHA-1 of its UTF-8 form (FIPS 180-4), as in Pastry. SHA-1 spreads keys here,
   * it protects nothing.
   */
  public static Id ofKey(String key) {
    return hash(key.getBytes(StandardCharsets.UTF_8));
  }

  /** SHA-1 of {@code bytes}. */
  public static Id hash(byte[] bytes) {
    try {
      return fromBytes(MessageDigest.getInstance("SHA-1").digest(bytes), 0);
    } catch (NoSuchAlgorithmException impossible) {
      throw new AssertionError("every Java platform has SHA-1", impossible);
    }
  }

  /** An id drawn evenly from the whole circle. */
  public static Id random(RandomGenerator random) {
    return new Id(random.nextLong(), random.nextLong(), random.nextInt());
  }

  /** An id from its three words, most significant first. */
  public static Id fromWords(long high, long middle, int low) {
    return new Id(high, middle, low);
  }

  /**
   * Reads 20 bytes, most significant first.
   *
   * @throws IndexOutOfBoundsException if fewer than 20 bytes are left at {@code offset}
   */
  public static Id fromBytes(byte[] bytes, int offset) {
    return new Id(
        word(bytes, offset, 8), word(bytes, offset + 8, 8), (int) word(bytes, offset + 16, 4));
  }

  /**
   * Reads 40 hexadecimal digits, of either case.
   *
   * @throws IllegalArgumentException if {@code hex} is anything else; the message says what
   */
  public static Id ofHex(String hex) {
    if (hex.length() != DIGITS) {
      throw new IllegalArgumentException(
          "an id has " + DIGITS + " hexadecimal digits, this has " + hex.length() + " characters");
    }
    try {
      return fromBytes(HEX.parseHex(hex), 0);
    } catch (IllegalArgumentException notHex) {
      throw new IllegalArgumentException("an id has hexadecimal digits only: " + hex, notHex);
    }
  }

  private static long word(byte[] bytes, int offset, int length) {
    long word = 0;
    for (int i = offset; i < offset + length; i++) {
      word = (word << 8) | (bytes[i] & 0xff);
    }
    return word;
  }

  /** The most significant 64 bits. */
  public long high() {
    return high;
  }

  /** The 64 bits in the middle. */
  public long middle() {
    return middle;
  }

  /** The least significant 32 bits. */
  public int low() {
    return low;
  }

  /** The 20 bytes, most significant first. */
  public byte[] toBytes() {
    byte[] bytes = new byte[BYTES];
    writeTo(bytes, 0);
    return bytes;
  }

  /** Writes the 20 bytes at {@code offset}, most significant first. */
  public void writeTo(byte[] bytes, int offset) {
    for (int i = 0; i < 8; i++) {
      bytes[offset + i] = (byte) (high >>> (56 - 8 * i));
      bytes[offset + 8 + i] = (byte) (middle >>> (56 - 8 * i));
    }
    for (int i = 0; i < 4; i++) {
      bytes[offset + 16 + i] = (byte) (low >>> (24 - 8 * i));
    }
  }

  /** This id moved clockwise by {@code distance}. */
  public Id plus(Id distance) {
    long newLow = (low & 0xffffffffL) + (distance.low & 0xffffffffL);
    long partial = middle + distance.middle;
    long newMiddle = partial + (newLow >>> 32);
    long carry =
        Long.compareUnsigned(partial, middle) < 0 || Long.compareUnsigned(newMiddle, partial) < 0
            ? 1
            : 0;
    return new Id(high + distance.high + carry, newMiddle, (int) newLow);
  }

  /** How far clockwise it is from {@code origin} to this id. */
  public Id minus(Id origin) {
    long newLow = (low & 0xffffffffL) - (origin.low & 0xffffffffL);
    long borrow = newLow < 0 ? 1 : 0;
    long partial = middle - origin.middle;
    long newMiddle = partial - borrow;
    long highBorrow =
        Long.compareUnsigned(middle, origin.middle) < 0 || Long.compareUnsigned(partial, borrow) < 0
            ? 1
            : 0;
    return new Id(high - origin.high - highBorrow, newMiddle, (int) newLow);
  }

  /** Half of this number, rounded down. */
  public Id half() {
    return new Id(high >>> 1, high << 63 | middle >>> 1, (int) (middle << 31) | low >>> 1);
  }

  /** The next id clockwise. */
  public Id next() {
    return plus(new Id(0, 0, 1));
  }

  /**
   * The shorter way round from this id to {@code other}: at most 2<sup>159</sup>, the same in both
   * directions.
   */
  public Id distanceTo(Id other) {
    Id clockwise = other.minus(this);
    return clockwise.high < 0 ? minus(other) : clockwise;
  }

  /**
   * Whether {@code a} rather than {@code b} is the one that this id belongs to: the nearer one and,
   * at equal distance, the higher, so that every node resolves a tie the same way.
   */
  public boolean isCloserTo(Id a, Id b) {
    int order = distanceTo(a).compareTo(distanceTo(b));
    return order != 0 ? order < 0 : a.compareTo(b) > 0;
  }

  /**
   * Whether walking clockwise from {@code from} one meets this id before {@code to}; a walk from x
   * to x goes all round.
   */
  public boolean isBetween(Id from, Id to) {
    Id walked = minus(from);
    Id length = to.minus(from);
    return length.equals(ZERO) || walked.compareTo(length) < 0;
  }

  /** The digit at {@code index}, 0 being the most significant of {@value #DIGITS}; 0 to 15. */
  public int digit(int index) {
    if (index < 16) {
      return (int) (high >>> (60 - DIGIT_BITS * index)) & 0xf;
    }
    if (index < 32) {
      return (int) (middle >>> (60 - DIGIT_BITS * (index - 16))) & 0xf;
    }
    return (low >>> (28 - DIGIT_BITS * (index - 32))) & 0xf;
  }

  /** How many leading digits this id shares with {@code other}: 0 to {@value #DIGITS}. */
  public int sharedPrefix(Id other) {
    if (high != other.high) {
      return Long.numberOfLeadingZeros(high ^ other.high) / DIGIT_BITS;
    }
    if (middle != other.middle) {
      return 16 + Long.numberOfLeadingZeros(middle ^ other.middle) / DIGIT_BITS;
    }
    return low == other.low
        ? DIGITS
        : 32 + Integer.numberOfLeadingZeros(low ^ other.low) / DIGIT_BITS;
  }

  /** How many leading bits this id shares with {@code other}: 0 to 160. */
  public int sharedBits(Id other) {
    if (high != other.high) {
      return Long.numberOfLeadingZeros(high ^ other.high);
    }
    return middle != other.middle
        ? Long.SIZE + Long.numberOfLeadingZeros(middle ^ other.middle)
        : 2 * Long.SIZE + Integer.numberOfLeadingZeros(low ^ other.low);
  }

  /**
   * The {@code count} bits, 1 to 31, from the one at {@code from} on; 0 is the most significant.
   */
  public int bits(int from, int count) {
    int bits = 0;
    for (int i = from; i < from + count; i++) {
      bits = bits << 1 | bit(i);
    }
    return bits;
  }

  private int bit(int index) {
    if (index < Long.SIZE) {
      return (int) (high >>> (Long.SIZE - 1 - index)) & 1;
    }
    return index < 2 * Long.SIZE
        ? (int) (middle >>> (2 * Long.SIZE - 1 - index)) & 1
        : low >>> (BYTES * 8 - 1 - index) & 1;
  }

  @Override
  public int compareTo(Id other) {
    int order = Long.compareUnsigned(high, other.high);
    if (order == 0) {
      order = Long.compareUnsigned(middle, other.middle);
    }
    return order != 0 ? order : Integer.compareUnsigned(low, other.low);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Id id && high == id.high && middle == id.middle && low == id.low;
  }

  @Override
  public int hashCode() {
    return Long.hashCode(high ^ middle * 31) ^ low;
  }

  /** The first eight digits: enough to tell nodes apart in a log. */
  public String brief() {
    return toString().substring(0, 8);
  }

  /** All 40 digits in lower case; {@link #ofHex} reads it back. */
  @Override
  public String toString() {
    return HEX.formatHex(toBytes());
  }
}
