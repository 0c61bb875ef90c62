package io.kringle.store.engine;

import io.kringle.replication.ArcStorage;
import io.kringle.ring.Arc;
import io.kringle.ring.Bytes;
import io.kringle.ring.Id;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the engines have in common: how arcs, logs and records lie in ordered tables. An engine adds
 * how a table is read, and how changes are made.
 */
abstract sealed class TableStorage implements ArcStorage
    permits MemoryStorage, RocksStorage, SimulatedDisk.Opened {

  /** The value of a key. */
  abstract Optional<Bytes> get(Table table, Bytes key);

  /** Shows the rows of a span to a visitor, in order of their keys, until it has seen enough. */
  abstract void visit(Table table, Span span, Visitor visitor);

  @Override
  public final Batch batch() {
    return new ChangeBatch();
  }

  @Override
  public final List<Meta> metas() {
    List<Meta> metas = new ArrayList<>();
    visit(Table.META, Keys.metas(), row -> metas.add(new Meta(Keys.arcOf(row.key()), row.value())));
    return metas;
  }

  @Override
  public final List<LogEntry> log(long arc, long first, long last, int maxBytes) {
    if (first > last) {
      return List.of();
    }
    List<LogEntry> entries = new ArrayList<>();
    ByteBudget budget = new ByteBudget(maxBytes);
    visit(
        Table.LOG,
        Keys.logs(arc, first, last),
        row -> {
          Bytes entry = row.value();
          boolean fits = budget.spend(entry.size());
          if (fits || entries.isEmpty()) {
            entries.add(new LogEntry(Keys.indexOf(row.key()), entry));
          }
          return fits;
        });
    return entries;
  }

  @Override
  public final Optional<Bytes> record(Id id, String key) {
    return get(Table.RECORDS, Keys.record(id, key));
  }

  /**
   * {@inheritDoc} A record counts with its id, its key and itself. After a place that is not on the
   * arc there is nothing.
   */
  @Override
  public final List<StoredRecord> scan(Arc arc, Optional<RecordKey> after, int maxBytes) {
    return scan(this::visitRecords, arc, after, maxBytes);
  }

  private void visitRecords(Span span, Visitor visitor) {
    visit(Table.RECORDS, span, visitor);
  }

  /** Scans records that {@code rows} shows. */
  static List<StoredRecord> scan(Rows rows, Arc arc, Optional<RecordKey> after, int maxBytes) {
    List<StoredRecord> records = new ArrayList<>();
    ByteBudget budget = new ByteBudget(maxBytes);
    for (Span span : remaining(arc, after)) {
      if (budget.isSpent() && !records.isEmpty()) {
        break;
      }
      rows.visit(
          span,
          row -> {
            Bytes record = row.value();
            boolean fits = budget.spend(row.key().size() + record.size());
            if (fits || records.isEmpty()) {
              RecordKey place = Keys.recordKey(row.key());
              records.add(new StoredRecord(place.id(), place.key(), record));
            }
            return fits;
          });
    }
    return records;
  }

  /**
   * What is left of an arc's spans after a place: the one that holds it from there on, and those
   * behind.
   */
  private static List<Span> remaining(Arc arc, Optional<RecordKey> after) {
    List<Span> spans = Keys.records(arc);
    if (after.isEmpty()) {
      return spans;
    }
    if (!arc.contains(after.get().id())) {
      return List.of();
    }
    Bytes place = Keys.record(after.get().id(), after.get().key());
    boolean pastTheFirst = Keys.ORDER.compare(place, spans.get(0).from()) < 0;
    List<Span> left = new ArrayList<>(spans.subList(pastTheFirst ? 1 : 0, spans.size()));
    left.set(0, left.get(0).after(place));
    return left;
  }

  /**
   * {@inheritDoc} Exact on small arcs; on larger ones the density of a stretch at the start is
   * taken for that of the whole: see {@link RecordCount}.
   */
  @Override
  public final long count(Arc arc) {
    RecordCount count = new RecordCount(arc);
    for (Span span : Keys.records(arc)) {
      if (count.wantsMore()) {
        visit(Table.RECORDS, span, count::add);
      }
    }
    return count.estimate();
  }

  /**
   * A key with its value, which is fetched only when it is asked for; valid while it is being
   * visited.
   */
  interface Row {
    Bytes key();

    Bytes value();
  }

  /** Records that can be visited: those of a table, as they are at some moment. */
  @FunctionalInterface
  interface Rows {
    /** Shows the rows of a span to a visitor, in order of their keys. */
    void visit(Span span, Visitor visitor);
  }

  /** Sees rows. */
  @FunctionalInterface
  interface Visitor {
    /** Whether it wants to see the next row. */
    boolean see(Row row);
  }
}
