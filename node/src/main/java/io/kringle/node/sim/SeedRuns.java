package io.kringle.node.sim;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.LongConsumer;
import java.util.function.LongFunction;

/** Runs for many seeds, some of them side by side; none knows of another. */
final class SeedRuns {
  private SeedRuns() {}

  /** Runs the seeds of a plan, as {@link #run(long, int, int, LongFunction, LongConsumer)} does. */
  static <T> List<T> run(SeedPlan plan, LongFunction<T> one, LongConsumer progress) {
    return run(plan.first(), plan.count(), plan.threads(), one, progress);
  }

  /**
   * Runs all seeds; returns when the last is over.
   *
   * @param first of {@code count} seeds
   * @param threads how many run at a time
   * @param one runs a seed, on any thread
   * @param progress is told, by several threads, how many are over
   * @return what came of each, in the order of the seeds
   */
  static <T> List<T> run(
      long first, int count, int threads, LongFunction<T> one, LongConsumer progress) {
    AtomicReferenceArray<T> outcomes = new AtomicReferenceArray<>(count);
    AtomicInteger next = new AtomicInteger();
    AtomicInteger done = new AtomicInteger();
    Runnable worker =
        () -> {
          for (int i = next.getAndIncrement(); i < count; i = next.getAndIncrement()) {
            outcomes.set(i, one.apply(first + i));
            progress.accept(done.incrementAndGet());
          }
        };
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      List<CompletableFuture<Void>> workers = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        workers.add(CompletableFuture.runAsync(worker, pool));
      }
      workers.forEach(CompletableFuture::join);
    } finally {
      pool.shutdownNow();
    }
    List<T> inOrder = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      inOrder.add(outcomes.get(i));
    }
    return inOrder;
  }
}
