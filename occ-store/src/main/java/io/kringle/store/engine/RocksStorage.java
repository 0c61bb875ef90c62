package io.kringle.store.engine;

import io.kringle.replication.Room;
import io.kringle.ring.Arc;
import io.kringle.ring.Bytes;
import io.kringle.ring.Failure;
import io.kringle.ring.Result;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.rocksdb.RocksDBException;

/**
 * A storage in a directory, kept by RocksDB.
 *
 * <p>The first write that fails ends all writing: what the disk holds after that is not known, so
 * every later commit fails with {@code UNAVAILABLE} and the same message, and {@link #fault} tells
 * it. A read that fails throws {@link UncheckedIOException}. Opening it again is the way back.
 *
 * <p>Called by one thread at a time; only {@link #fault} and {@link #syncs()} by any. With {@link
 * Durability#FSYNC} it has a thread of its own, which waits for the disk. A commit may take long
 * when RocksDB cannot flush as fast as it is written to.
 */
public final class RocksStorage extends TableStorage {
  /** Of the reserve; with less free than that, nothing that has a value is written. */
  private static final int LAST_PART = 4;

  private final Path directory;
  private final RocksTables tables;
  private final long reserveBytes;
  private final Executor step;
  private final Optional<ExecutorService> syncThread;
  private final Optional<GroupSync> syncs;
  private final AtomicLong syncCount = new AtomicLong();

  /** Set once, by the node's thread or the one that syncs. */
  private volatile Optional<String> fault = Optional.empty();

  private boolean closed;

  private RocksStorage(
      Path directory, RocksTables tables, Durability durability, long reserveBytes, Executor step) {
    this.directory = directory;
    this.tables = tables;
    this.reserveBytes = reserveBytes;
    this.step = step;
    this.syncThread =
        durability == Durability.FSYNC ? Optional.of(newSyncThread()) : Optional.empty();
    this.syncs = syncThread.map(thread -> new GroupSync(thread, step, this::sync));
  }

  /**
   * Opens what is in a directory, or begins there.
   *
   * @param directory of this storage alone; made if it is missing
   * @param durability what {@link #commit} waits for
   * @param reserveBytes with less than this free on its file system there is no room for new values
   *     any more
   * @param step runs a task in a later step of the node, never within the call; tasks keep their
   *     order
   * @throws IOException if another process or storage has it open, or it cannot be read or written;
   *     the message names the directory
   */
  public static RocksStorage open(
      Path directory, Durability durability, long reserveBytes, Executor step) throws IOException {
    RocksTables tables = RocksTables.open(directory, durability);
    return new RocksStorage(directory, tables, durability, reserveBytes, step);
  }

  private static ExecutorService newSyncThread() {
    return Executors.newSingleThreadExecutor(
        task -> {
          Thread thread = new Thread(task, "kringle-sync");
          thread.setDaemon(true);
          return thread;
        });
  }

  /** Why this storage cannot be written to any more; empty while it can. */
  public Optional<String> fault() {
    return fault;
  }

  @Override
  public void commit(Batch batch, Consumer<Result<Void>> durable) {
    checkOpen();
    List<Change> changes = ((ChangeBatch) batch).take();
    Result<Void> written = unlessFaulty(() -> tables.write(changes));
    if (!written.isOk()) {
      durable.accept(written);
      return;
    }
    syncs.ifPresentOrElse(
        group -> group.await(durable), () -> step.execute(() -> durable.accept(written)));
  }

  /** How often it had the disk confirm what was written. By any thread. */
  public long syncs() {
    return syncCount.get();
  }

  private Result<Void> sync() {
    syncCount.incrementAndGet();
    return unlessFaulty(tables::sync);
  }

  private Result<Void> unlessFaulty(Write write) {
    try {
      if (fault.isEmpty()) {
        write.run();
      }
    } catch (RocksDBException e) {
      remember(e);
    }
    return fault
        .<Result<Void>>map(message -> Result.failed(Failure.Kind.UNAVAILABLE, message))
        .orElse(Done.RESULT);
  }

  /** The first fault is the one that is kept. */
  private synchronized void remember(RocksDBException e) {
    if (fault.isEmpty()) {
      fault = Optional.of("storage: " + directory + ": " + e.getMessage());
    }
  }

  @Override
  public Room room() {
    long free = directory.toFile().getUsableSpace();
    if (fault.isPresent() || free < reserveBytes / LAST_PART) {
      return Room.NONE;
    }
    return free < reserveBytes ? Room.LITTLE : Room.PLENTY;
  }

  @Override
  public View view() {
    checkOpen();
    RocksTables.Moment moment = tables.moment();
    return new View() {
      @Override
      public List<StoredRecord> scan(Arc arc, Optional<RecordKey> after, int maxBytes) {
        return TableStorage.scan(
            (span, visitor) -> visit(moment, span, visitor), arc, after, maxBytes);
      }

      @Override
      public void close() {
        if (!closed) {
          moment.close();
        }
      }
    };
  }

  private void visit(RocksTables.Moment moment, Span span, Visitor visitor) {
    checkOpen();
    try {
      if (!span.isEmpty()) {
        tables.visit(Table.RECORDS, moment, span, visitor);
      }
    } catch (RocksDBException e) {
      throw unreadable(e);
    }
  }

  @Override
  Optional<Bytes> get(Table table, Bytes key) {
    checkOpen();
    try {
      return tables.get(table, key);
    } catch (RocksDBException e) {
      throw unreadable(e);
    }
  }

  @Override
  void visit(Table table, Span span, Visitor visitor) {
    checkOpen();
    if (span.isEmpty()) {
      return;
    }
    try {
      tables.visit(table, span, visitor);
    } catch (RocksDBException e) {
      throw unreadable(e);
    }
  }

  private UncheckedIOException unreadable(RocksDBException e) {
    remember(e);
    return new UncheckedIOException(
        new IOException("storage directory " + directory + " cannot be read", e));
  }

  private void checkOpen() {
    if (closed) {
      throw new IllegalStateException("storage directory " + directory + " is closed");
    }
  }

  /**
   * {@inheritDoc} Their callbacks are handed to the node before this returns. May be called more
   * than once.
   */
  @Override
  public void close() {
    if (!closed) {
      closed = true;
      syncThread.ifPresent(RocksStorage::finish);
      tables.close();
    }
  }

  /**
   * Waits, however long, for the syncs under way: closing the database beneath them would crash the
   * process.
   */
  private static void finish(ExecutorService thread) {
    thread.shutdown();
    boolean interrupted = false;
    boolean ended = false;
    while (!ended) {
      try {
        ended = thread.awaitTermination(Long.MAX_VALUE, TimeUnit.NANOSECONDS);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** A change to what is on disk. */
  private interface Write {
    void run() throws RocksDBException;
  }
}
