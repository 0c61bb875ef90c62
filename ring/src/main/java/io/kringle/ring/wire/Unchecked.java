package io.kringle.ring.wire;

/** Method handles declare to throw anything; what is behind these throws nothing checked. */
final class Unchecked {
  private Unchecked() {}

  /** Throws what is not checked, and returns an error to throw for anything else. */
  static AssertionError rethrow(Throwable thrown) {
    if (thrown instanceof RuntimeException exception) {
      throw exception;
    }
    if (thrown instanceof Error error) {
      throw error;
    }
    return new AssertionError(
        "a record's constructor or accessor threw a checked exception", thrown);
  }
}
