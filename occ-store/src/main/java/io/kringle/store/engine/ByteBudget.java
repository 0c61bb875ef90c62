package io.kringle.store.engine;

/** So many bytes that may be gathered. */
final class ByteBudget {
  private long left;

  ByteBudget(long bytes) {
    left = bytes;
  }

  /** Whether these bytes were still covered. */
  boolean spend(long bytes) {
    left -= bytes;
    return left >= 0;
  }

  boolean isSpent() {
    return left <= 0;
  }
}
