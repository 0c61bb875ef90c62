package io.kringle.node.bench;

import io.kringle.node.KringleStore;
import java.util.Arrays;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * So many operations a second, whether those before are answered or not: reads and writes in equal
 * parts, of keys drawn at random. Latencies count from when an operation was due.
 */
final class SteadyLoad implements AutoCloseable {
  private static final long BEAT_MICROS = 2_000;

  private final KringleStore store;
  private final int keys;
  private final int perSecond;
  private final byte[] value;
  private final SplittableRandom random = new SplittableRandom(1);
  private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
  private Future<?> beats = CompletableFuture.completedFuture(null);
  private long begin;
  private long issued;

  /** Guarded by this, like the counts. */
  private long[] latencies = new long[1 << 16];

  private int count;
  private int failed;

  SteadyLoad(KringleStore store, int keys, int valueBytes, int perSecond) {
    this.store = store;
    this.keys = keys;
    this.value = new byte[valueBytes];
    this.perSecond = perSecond;
  }

  void start() {
    begin = System.nanoTime();
    beats = clock.scheduleAtFixedRate(this::beat, 0, BEAT_MICROS, TimeUnit.MICROSECONDS);
  }

  private void beat() {
    long now = System.nanoTime();
    while (due() <= now) {
      operate(due());
      issued++;
    }
  }

  private long due() {
    return begin + issued * 1_000_000_000L / perSecond;
  }

  private void operate(long due) {
    String key = JoinBenchmark.key(random.nextInt(keys));
    CompletionStage<?> answer = random.nextBoolean() ? store.get(key) : store.put(key, value);
    answer.whenComplete((result, failure) -> answered(System.nanoTime() - due, failure != null));
  }

  private synchronized void answered(long nanos, boolean isFailure) {
    if (count == latencies.length) {
      latencies = Arrays.copyOf(latencies, 2 * count);
    }
    latencies[count++] = nanos;
    failed += isFailure ? 1 : 0;
  }

  /** What was measured since the last time. */
  synchronized Window take() {
    long[] all = Arrays.copyOf(latencies, count);
    Arrays.sort(all);
    Window window = new Window(count, failed, at(all, 50), at(all, 99), at(all, 100));
    count = 0;
    failed = 0;
    return window;
  }

  private static double at(long[] sorted, int percent) {
    return sorted.length == 0
        ? 0
        : sorted[Math.min(sorted.length - 1, sorted.length * percent / 100)] / 1e6;
  }

  /** Some time of it. */
  record Window(int operations, int failed, double medianMillis, double p99Millis, double most) {
    @Override
    public String toString() {
      return String.format(
          Locale.ROOT,
          "%d operations, %d failed, median %.2f ms, p99 %.2f ms, longest %.0f ms",
          operations,
          failed,
          medianMillis,
          p99Millis,
          most);
    }
  }

  @Override
  public void close() {
    beats.cancel(false);
    clock.shutdown();
  }
}
