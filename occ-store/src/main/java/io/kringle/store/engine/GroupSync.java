package io.kringle.store.engine;

import io.kringle.ring.Result;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Group commit: one sync confirms every batch that was written before it began. While one runs, the
 * next ones gather. How many wait is bounded by what the callers have under way.
 */
final class GroupSync {
  private final Executor worker;
  private final Executor step;
  private final Supplier<Result<Void>> sync;

  /**
   * Written, and not yet covered by a sync that has begun; whoever adds the first one calls for the
   * next sync.
   */
  private List<Consumer<Result<Void>>> waiting = new ArrayList<>();

  /**
   * Nothing waits.
   *
   * @param worker runs one sync at a time, in order
   * @param step runs callbacks in a step of the node, in order
   * @param sync confirms what was written before it is called
   */
  GroupSync(Executor worker, Executor step, Supplier<Result<Void>> sync) {
    this.worker = worker;
    this.step = step;
    this.sync = sync;
  }

  /** Tells {@code durable} once a sync that begins after this call has ended. */
  void await(Consumer<Result<Void>> durable) {
    boolean first;
    synchronized (this) {
      first = waiting.isEmpty();
      waiting.add(durable);
    }
    if (first) {
      worker.execute(this::syncGroup);
    }
  }

  private void syncGroup() {
    List<Consumer<Result<Void>>> group = takeWaiting();
    Result<Void> result = sync.get();
    step.execute(() -> group.forEach(durable -> durable.accept(result)));
  }

  private synchronized List<Consumer<Result<Void>>> takeWaiting() {
    List<Consumer<Result<Void>>> group = waiting;
    waiting = new ArrayList<>();
    return group;
  }
}
