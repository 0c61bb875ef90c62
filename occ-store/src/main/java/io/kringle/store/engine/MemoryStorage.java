package io.kringle.store.engine;

import io.kringle.ring.Bytes;
import io.kringle.ring.Result;
import java.util.EnumMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * A storage that lives as long as the process does; durable at once. In a simulation a node that
 * comes back after a crash is given its tables again by {@link #reopen}. Called by one thread at a
 * time.
 */
public final class MemoryStorage extends TableStorage {
  private final Executor step;
  private final Map<Table, NavigableMap<Bytes, Bytes>> tables;

  /**
   * An empty storage.
   *
   * @param step runs a task in a later step of the node, never within the call; tasks keep their
   *     order
   */
  public MemoryStorage(Executor step) {
    this(step, emptyTables());
  }

  private MemoryStorage(Executor step, Map<Table, NavigableMap<Bytes, Bytes>> tables) {
    this.step = step;
    this.tables = tables;
  }

  private static Map<Table, NavigableMap<Bytes, Bytes>> emptyTables() {
    Map<Table, NavigableMap<Bytes, Bytes>> tables = new EnumMap<>(Table.class);
    for (Table table : Table.values()) {
      tables.put(table, new TreeMap<>(Keys.ORDER));
    }
    return tables;
  }

  /**
   * The same tables for the node's next life, whose steps {@code nextStep} runs; this one is not
   * used any more.
   */
  public MemoryStorage reopen(Executor nextStep) {
    return new MemoryStorage(nextStep, tables);
  }

  @Override
  public void commit(Batch batch, Consumer<Result<Void>> durable) {
    for (Change change : ((ChangeBatch) batch).take()) {
      apply(change);
    }
    step.execute(() -> durable.accept(Done.RESULT));
  }

  private void apply(Change change) {
    NavigableMap<Bytes, Bytes> rows = rows(change.table());
    if (change instanceof Change.Put put) {
      rows.put(put.key(), put.value());
    } else if (change instanceof Change.Remove remove) {
      rows.remove(remove.key());
    } else if (change instanceof Change.RemoveSpan remove) {
      rows.subMap(remove.span().from(), remove.span().to()).clear();
    }
  }

  @Override
  Optional<Bytes> get(Table table, Bytes key) {
    return Optional.ofNullable(rows(table).get(key));
  }

  @Override
  void visit(Table table, Span span, Visitor visitor) {
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
    NavigableMap<Bytes, Bytes> rows = tables.get(table);
    if (rows == null) {
      throw new AssertionError("every table has rows: " + table);
    }
    return rows;
  }

  /** Keeps everything: memory has nothing to let go of. */
  @Override
  public void close() {}

  private record MapRow(Bytes key, Bytes value) implements Row {}
}
