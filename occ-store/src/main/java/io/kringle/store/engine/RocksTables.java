package io.kringle.store.engine;

import io.kringle.ring.Bytes;
import io.kringle.store.engine.TableStorage.Row;
import io.kringle.store.engine.TableStorage.Visitor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.rocksdb.ColumnFamilyDescriptor;
import org.rocksdb.ColumnFamilyHandle;
import org.rocksdb.ReadOptions;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.Slice;
import org.rocksdb.Snapshot;
import org.rocksdb.WriteBatch;

/**
 * The tables as column families of a RocksDB. Called by one thread at a time, but for {@link
 * #sync}.
 */
final class RocksTables implements AutoCloseable {
  private final RocksTuning tuning;
  private final RocksDB database;

  /** The default one, then the tables in their order. */
  private final List<ColumnFamilyHandle> families;

  /** Used again for every commit. */
  private final WriteBatch batch = new WriteBatch();

  private RocksTables(RocksTuning tuning, RocksDB database, List<ColumnFamilyHandle> families) {
    this.tuning = tuning;
    this.database = database;
    this.families = families;
  }

  /**
   * Opens what is in a directory, or begins there.
   *
   * @throws IOException names the directory, and says what is wrong with it
   */
  static RocksTables open(Path directory, Durability durability) throws IOException {
    try {
      Files.createDirectories(directory);
      NativeLibrary.load(directory);
    } catch (IOException e) {
      throw new IOException(
          "storage directory " + directory + " cannot be made or written to: " + e, e);
    }
    RocksTuning tuning = new RocksTuning(durability);
    try {
      return open(directory, tuning);
    } catch (RocksDBException e) {
      tuning.close();
      throw new IOException(describe(directory, e), e);
    }
  }

  private static RocksTables open(Path directory, RocksTuning tuning) throws RocksDBException {
    List<ColumnFamilyDescriptor> descriptors = new ArrayList<>();
    // RocksDB insists on a table named "default"; it stays empty.
    descriptors.add(
        new ColumnFamilyDescriptor(RocksDB.DEFAULT_COLUMN_FAMILY, tuning.table(Table.META)));
    for (Table table : Table.values()) {
      descriptors.add(new ColumnFamilyDescriptor(table.nameBytes(), tuning.table(table)));
    }
    List<ColumnFamilyHandle> families = new ArrayList<>();
    RocksDB database = RocksDB.open(tuning.database, directory.toString(), descriptors, families);
    return new RocksTables(tuning, database, families);
  }

  private static String describe(Path directory, RocksDBException e) {
    String message = String.valueOf(e.getMessage());
    boolean inUse =
        message.contains("lock hold by current process") || message.contains("While lock file");
    return inUse
        ? "storage directory " + directory + " is in use by another node: " + message
        : "storage directory " + directory + " cannot be opened: " + message;
  }

  Optional<Bytes> get(Table table, Bytes key) throws RocksDBException {
    return Optional.ofNullable(database.get(family(table), key.array())).map(Bytes::of);
  }

  void visit(Table table, Span span, Visitor visitor) throws RocksDBException {
    try (ReadOptions options = new ReadOptions()) {
      visit(table, options, span, visitor);
    }
  }

  /** The same as of some moment. */
  void visit(Table table, Moment moment, Span span, Visitor visitor) throws RocksDBException {
    try (ReadOptions options = new ReadOptions().setSnapshot(moment.snapshot())) {
      visit(table, options, span, visitor);
    }
  }

  private void visit(Table table, ReadOptions options, Span span, Visitor visitor)
      throws RocksDBException {
    try (Slice end = new Slice(span.to().array());
        RocksIterator iterator =
            database.newIterator(family(table), options.setIterateUpperBound(end))) {
      Row row = new IteratorRow(iterator);
      iterator.seek(span.from().array());
      while (iterator.isValid() && visitor.see(row)) {
        iterator.next();
      }
      iterator.status();
    }
  }

  /** The tables as they are now, for as long as the moment is not closed. */
  Moment moment() {
    return new Moment(this, database.getSnapshot());
  }

  /** The tables at one moment. */
  record Moment(RocksTables tables, Snapshot snapshot) implements AutoCloseable {
    @Override
    public void close() {
      tables.database.releaseSnapshot(snapshot);
    }
  }

  void write(List<Change> changes) throws RocksDBException {
    batch.clear();
    for (Change change : changes) {
      add(change, family(change.table()));
    }
    database.write(tuning.write, batch);
  }

  private void add(Change change, ColumnFamilyHandle family) throws RocksDBException {
    if (change instanceof Change.Put put) {
      batch.put(family, put.key().array(), put.value().array());
    } else if (change instanceof Change.Remove remove) {
      batch.delete(family, remove.key().array());
    } else if (change instanceof Change.RemoveSpan remove) {
      batch.deleteRange(family, remove.span().from().array(), remove.span().to().array());
    }
  }

  /** Has the disk confirm everything that was written before the call. By any thread. */
  void sync() throws RocksDBException {
    database.syncWal();
  }

  private ColumnFamilyHandle family(Table table) {
    return switch (table) {
      case META -> families.get(1);
      case LOG -> families.get(2);
      case RECORDS -> families.get(3);
    };
  }

  @Override
  public void close() {
    batch.close();
    Handles.close(families);
    database.close();
    tuning.close();
  }

  private record IteratorRow(RocksIterator iterator) implements Row {
    @Override
    public Bytes key() {
      return Bytes.of(iterator.key());
    }

    @Override
    public Bytes value() {
      return Bytes.of(iterator.value());
    }
  }
}
