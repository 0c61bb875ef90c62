package io.kringle.store.engine;

import io.kringle.replication.ArcStorage;
import io.kringle.replication.ArcStorage.RecordKey;
import io.kringle.replication.ArcStorage.StoredRecord;
import io.kringle.ring.Arc;
import io.kringle.ring.Bytes;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/** The ordered tables of a storage that is in memory. Called by one thread at a time. */
final class Tables {
  private final Map<Table, NavigableMap<Bytes, Bytes>> rows = new EnumMap<>(Table.class);

  Tables() {
    for (Table table : Table.values()) {
      rows.put(table, new TreeMap<>(Keys.ORDER));
    }
  }

  /** The same rows, to go their own way from here on. */
  Tables copy() {
    Tables copy = new Tables();
    rows.forEach((table, its) -> copy.rows(table).putAll(its));
    return copy;
  }

  /** The records as they are now: a copy, so for little data only. */
  ArcStorage.View viewOfRecords() {
    Tables then = new Tables();
    then.rows(Table.RECORDS).putAll(rows(Table.RECORDS));
    return new ArcStorage.View() {
      @Override
      public List<StoredRecord> scan(Arc arc, Optional<RecordKey> after, int maxBytes) {
        return TableStorage.scan(
            (span, visitor) -> then.visit(Table.RECORDS, span, visitor), arc, after, maxBytes);
      }

      @Override
      public void close() {}
    };
  }

  /** The place of some record; empty if there is none. */
  Optional<Bytes> anyRecord(RandomGenerator random) {
    List<Bytes> places = List.copyOf(rows(Table.RECORDS).keySet());
    return places.isEmpty()
        ? Optional.empty()
        : Optional.of(places.get(random.nextInt(places.size())));
  }

  void apply(List<Change> changes) {
    changes.forEach(this::apply);
  }

  private void apply(Change change) {
    NavigableMap<Bytes, Bytes> changed = rows(change.table());
    if (change instanceof Change.Put put) {
      changed.put(put.key(), put.value());
    } else if (change instanceof Change.Remove remove) {
      changed.remove(remove.key());
    } else if (change instanceof Change.RemoveSpan remove) {
      changed.subMap(remove.span().from(), remove.span().to()).clear();
    }
  }

  Optional<Bytes> get(Table table, Bytes key) {
    return Optional.ofNullable(rows(table).get(key));
  }

  void visit(Table table, Span span, TableStorage.Visitor visitor) {
    if (span.isEmpty()) {
      return;
    }
    for (Map.Entry<Bytes, Bytes> entry : rows(table).subMap(span.from(), span.to()).entrySet()) {
      if (!visitor.see(new MapRow(entry.getKey(), entry.getValue()))) {
        return;
      }
    }
  }

  private NavigableMap<Bytes, Bytes> rows(Table table) {
    NavigableMap<Bytes, Bytes> its = rows.get(table);
    if (its == null) {
      throw new AssertionError("every table has rows: " + table);
    }
    return its;
  }

  private record MapRow(Bytes key, Bytes value) implements TableStorage.Row {}
}
