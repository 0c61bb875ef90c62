package io.kringle.store.engine;

import io.kringle.replication.Room;
import io.kringle.ring.Bytes;
import io.kringle.ring.Result;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * A storage that lives as long as the process does; durable at once. In a simulation a node that
 * comes back after a crash is given its tables again by {@link #reopen}. Called by one thread at a
 * time.
 */
public final class MemoryStorage extends TableStorage {
  private final Executor step;
  private final Tables tables;

  /**
   * An empty storage.
   *
   * @param step runs a task in a later step of the node, never within the call; tasks keep their
   *     order
   */
  public MemoryStorage(Executor step) {
    this(step, new Tables());
  }

  private MemoryStorage(Executor step, Tables tables) {
    this.step = step;
    this.tables = tables;
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
    tables.apply(((ChangeBatch) batch).take());
    step.execute(() -> durable.accept(Done.RESULT));
  }

  @Override
  public View view() {
    return tables.viewOfRecords();
  }

  @Override
  Optional<Bytes> get(Table table, Bytes key) {
    return tables.get(table, key);
  }

  @Override
  void visit(Table table, Span span, Visitor visitor) {
    tables.visit(table, span, visitor);
  }

  @Override
  public Room room() {
    return Room.PLENTY;
  }

  /** Keeps everything: memory has nothing to let go of. */
  @Override
  public void close() {}
}
