package io.kringle.store.engine;

import io.kringle.ring.Bytes;

/** One change of a batch; later ones of the same batch win. */
sealed interface Change {
  Table table();

  record Put(Table table, Bytes key, Bytes value) implements Change {}

  record Remove(Table table, Bytes key) implements Change {}

  record RemoveSpan(Table table, Span span) implements Change {}
}
