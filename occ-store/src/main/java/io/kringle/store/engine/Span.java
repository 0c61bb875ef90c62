package io.kringle.store.engine;

import io.kringle.ring.Bytes;

/**
 * The keys from {@code from} up to, but not including, {@code to}.
 *
 * @param from the first key
 * @param to the first key after
 */
record Span(Bytes from, Bytes to) {
  boolean isEmpty() {
    return Keys.ORDER.compare(from, to) >= 0;
  }

  /** The part that comes after {@code key}; empty if all of it comes before. */
  Span after(Bytes key) {
    Bytes next = Keys.justAfter(key);
    return Keys.ORDER.compare(next, from) > 0 ? new Span(next, to) : this;
  }
}
