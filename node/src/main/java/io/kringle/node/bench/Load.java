package io.kringle.node.bench;

import io.kringle.node.Kringle;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;

/**
 * One closed loop: so many requests in flight until the time is over. Answers are counted on one
 * thread.
 */
final class Load {
  private static final int SAMPLES = 1 << 20;

  /** Bytes of a request or a value. */
  static final int PAYLOAD = 100;

  private final int inFlight;
  private final byte[] payload = new byte[PAYLOAD];
  private final long begin = System.nanoTime();
  private final long end;
  private final long[] latencies = new long[SAMPLES];
  private final CountDownLatch drained = new CountDownLatch(1);
  private int answered;
  private int open;
  private long last;

  Load(int inFlight, Duration length) {
    this.inFlight = inFlight;
    open = inFlight;
    end = begin + length.toNanos();
  }

  int inFlight() {
    return inFlight;
  }

  byte[] payload() {
    return payload;
  }

  /** Asks for so many at a time until the time is over, and waits for the last answer. */
  Measured drive(Kringle node, Function<Load, CompletionStage<?>> operation)
      throws InterruptedException {
    // All but the first come from the node's loop.
    node.describe()
        .thenAccept(
            onTheLoop -> {
              for (int i = 0; i < inFlight; i++) {
                ask(operation);
              }
            });
    return await();
  }

  private void ask(Function<Load, CompletionStage<?>> operation) {
    long asked = System.nanoTime();
    operation
        .apply(this)
        .whenComplete(
            (answer, failure) -> {
              if (failure != null) {
                System.err.println("failed: " + failure.getMessage());
                Runtime.getRuntime().halt(2);
              }
              if (answered(System.nanoTime() - asked)) {
                ask(operation);
              }
            });
  }

  /** Counts an answer; whether the next request is to be sent. */
  boolean answered(long nanos) {
    latencies[answered++ % SAMPLES] = nanos;
    last = begin + (System.nanoTime() - begin);
    if (last < end) {
      return true;
    }
    if (--open == 0) {
      drained.countDown();
    }
    return false;
  }

  Measured await() throws InterruptedException {
    drained.await();
    long[] all = Arrays.copyOf(latencies, Math.min(answered, SAMPLES));
    Arrays.sort(all);
    return new Measured(
        answered * 1e9 / (last - begin),
        all[all.length / 2] / 1e3,
        all[all.length * 99 / 100] / 1e3,
        all[(int) (all.length * 999L / 1_000)] / 1e3);
  }

  /**
   * What came of it.
   *
   * @param rate answers in a second
   * @param medianMicros median latency
   * @param p99Micros 99th percentile
   * @param p999Micros 99.9th percentile
   */
  record Measured(double rate, double medianMicros, double p99Micros, double p999Micros) {
    @Override
    public String toString() {
      return String.format(
          Locale.ROOT,
          "%,9.0f/s, median %,6.1f µs, p99 %,6.1f µs, p99.9 %,6.1f µs",
          rate,
          medianMicros,
          p99Micros,
          p999Micros);
    }
  }
}
