package io.kringle.ring;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * An immutable run of bytes, compared by content. It wraps an array without copying: whoever hands
 * one over lets go of it.
 */
public final class Bytes {
  /** No bytes. */
  public static final Bytes EMPTY = new Bytes(new byte[0]);

  private final byte[] array;

  private Bytes(byte[] array) {
    this.array = array;
  }

  /** Wraps {@code array}, which nobody changes from now on. */
  public static Bytes of(byte[] array) {
    return new Bytes(array);
  }

  /** A text as UTF-8. */
  public static Bytes utf8(String text) {
    return new Bytes(text.getBytes(StandardCharsets.UTF_8));
  }

  /** How many bytes. */
  public int size() {
    return array.length;
  }

  /** The bytes themselves, not a copy; not to be changed. */
  public byte[] array() {
    return array;
  }

  /** Read as UTF-8; what is not well formed becomes U+FFFD. */
  public String toUtf8() {
    return new String(array, StandardCharsets.UTF_8);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Bytes bytes && Arrays.equals(array, bytes.array);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(array);
  }

  @Override
  public String toString() {
    return array.length + " bytes";
  }
}
