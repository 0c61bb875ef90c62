package io.kringle.node.cli;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Asynchronous operations, a bounded number of them at a time. One thread submits. */
final class InFlight {
  private final int limit;
  private final Semaphore slots;
  private final AtomicReference<@Nullable Throwable> first = new AtomicReference<>();

  InFlight(int limit) {
    this.limit = limit;
    this.slots = new Semaphore(limit);
  }

  /** Starts an operation as soon as there is room; throws what an earlier one failed with. */
  void submit(Supplier<? extends CompletableFuture<?>> operation) throws InterruptedException {
    slots.acquire();
    if (first.get() != null) {
      slots.release();
      rethrow();
    }
    CompletableFuture<?> running;
    try {
      running = operation.get();
    } catch (RuntimeException notStarted) {
      running = CompletableFuture.failedFuture(notStarted);
    }
    var unused =
        running.whenComplete(
            (value, failure) -> {
              if (failure != null) {
                first.compareAndSet(null, failure);
              }
              slots.release();
            });
  }

  /** Waits for all that were started; throws what the first of them failed with. */
  void await() throws InterruptedException {
    slots.acquire(limit);
    slots.release(limit);
    rethrow();
  }

  private void rethrow() {
    Throwable failure = first.get();
    if (failure == null) {
      return;
    }
    Throwable cause = failure.getCause();
    Throwable root =
        failure instanceof java.util.concurrent.CompletionException && cause != null
            ? cause
            : failure;
    if (root instanceof RuntimeException unchecked) {
      throw unchecked;
    }
    throw new CommandFailure(Exit.FAILED, String.valueOf(root.getMessage()));
  }
}
