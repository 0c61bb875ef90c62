package io.kringle.node.bench;

import io.kringle.node.Kringle;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * How fast the store is, through the Java API of one of three nodes in three processes, with three
 * copies in memory: reads and writes of 100-byte values under 10 000 keys, one after the other.
 * Prints rounds in turn and their medians.
 */
public final class StoreBenchmark {
  private static final int KEYS = 10_000;
  private static final int COPIES = 3;
  private static final int ROUNDS = 5;
  private static final Duration ROUND = Duration.ofSeconds(2);
  private static final Duration WARM_UP = Duration.ofSeconds(5);
  private static final Duration SETTLE = Duration.ofSeconds(30);
  private static final List<Integer> IN_FLIGHT = List.of(1, 16, 64);

  private final Kringle node;
  private int keys;

  private StoreBenchmark(Kringle node) {
    this.node = node;
  }

  /** Runs it; the other processes call this as well, with the seed as their argument. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    if (arguments.length == 1) {
      try (Kringle node = Kringle.builder().replicas(COPIES).seeds(arguments[0]).startAndWait()) {
        OtherProcess.serveAs(node.id());
      }
    } else {
      System.out.println(Machine.describe());
      try (Kringle node = Kringle.builder().replicas(COPIES).startAndWait();
          OtherProcess second = start(node);
          OtherProcess third = start(node)) {
        System.out.println(
            "nodes " + node.id() + " " + second.firstLine() + " " + third.firstLine());
        new StoreBenchmark(node).measure();
      }
    }
  }

  private static OtherProcess start(Kringle seed) throws IOException {
    return OtherProcess.start(StoreBenchmark.class, Machine.javaOptions(), seed.endpoint());
  }

  private void measure() throws InterruptedException {
    awaitCopies();
    run(new Load(64, WARM_UP), this::put);
    run(new Load(64, WARM_UP), this::get);
    for (int inFlight : IN_FLIGHT) {
      List<Load.Measured> gets = new ArrayList<>();
      List<Load.Measured> puts = new ArrayList<>();
      for (int round = 0; round < ROUNDS; round++) {
        gets.add(run(new Load(inFlight, ROUND), this::get));
        puts.add(run(new Load(inFlight, ROUND), this::put));
      }
      print("get", inFlight, gets);
      print("put", inFlight, puts);
    }
  }

  /** Every key is written once all arcs have all their copies; before, fewer would do the work. */
  private void awaitCopies() {
    long end = System.nanoTime() + SETTLE.toNanos();
    for (int key = 0; key < KEYS && System.nanoTime() - end < 0; ) {
      int members =
          node.locate("key-" + key).toCompletableFuture().join().replica().members().size();
      key += members == COPIES ? KEYS / 100 : 0;
    }
    for (int key = 0; key < KEYS; key++) {
      node.store().put("key-" + key, new byte[Load.PAYLOAD]).toCompletableFuture().join();
    }
  }

  private CompletionStage<?> get(Load load) {
    return node.store().get(nextKey());
  }

  private CompletionStage<?> put(Load load) {
    return node.store().put(nextKey(), load.payload());
  }

  private String nextKey() {
    keys = (keys + 1) % KEYS;
    return "key-" + keys;
  }

  private Load.Measured run(Load load, Function<Load, CompletionStage<?>> operation)
      throws InterruptedException {
    // All but the first come from the node's loop.
    node.describe()
        .thenAccept(
            onTheLoop -> {
              for (int i = 0; i < load.inFlight(); i++) {
                ask(load, operation);
              }
            });
    return load.await();
  }

  private void ask(Load load, Function<Load, CompletionStage<?>> operation) {
    long begin = System.nanoTime();
    operation
        .apply(load)
        .whenComplete(
            (answer, failure) -> {
              if (failure != null) {
                System.err.println("failed: " + failure.getMessage());
                Runtime.getRuntime().halt(2);
              }
              if (load.answered(System.nanoTime() - begin)) {
                ask(load, operation);
              }
            });
  }

  private static void print(String what, int inFlight, List<Load.Measured> rounds) {
    List<Load.Measured> byRate = new ArrayList<>(rounds);
    byRate.sort(Comparator.comparingDouble(Load.Measured::rate));
    byRate.forEach(
        round -> System.out.printf(Locale.ROOT, "%s %2d in flight: %s%n", what, inFlight, round));
    Load.Measured median = byRate.get(ROUNDS / 2);
    System.out.printf(
        Locale.ROOT,
        "result what=%s in-flight=%d rate=%.0f median-us=%.1f p99-us=%.1f%n",
        what,
        inFlight,
        median.rate(),
        median.medianMicros(),
        median.p99Micros());
  }
}
