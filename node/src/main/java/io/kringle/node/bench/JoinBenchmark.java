package io.kringle.node.bench;

import io.kringle.node.NodeInfo;
import io.kringle.node.cli.Pause;
import io.kringle.store.engine.Durability;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;

/**
 * What clients feel while a node joins that has many records to receive: three nodes under a steady
 * load, first alone, then with a fourth that gets three quarters of what there is. Ends with exit
 * code 1 if the 99th percentile is then above five times what it was.
 */
public final class JoinBenchmark {
  private static final int NODES = 3;
  private static final int LOADING_IN_FLIGHT = 64;
  private static final double MARK = 5;
  private static final double SHARE = 0.6;
  private static final Duration SETTLE = Duration.ofSeconds(60);
  private static final Duration FILL = Duration.ofMinutes(5);
  private static final Map<String, String> DEFAULTS = new LinkedHashMap<>();

  static {
    DEFAULTS.put("records", "100000");
    DEFAULTS.put("value-bytes", "1000");
    DEFAULTS.put("rate", "1000");
    DEFAULTS.put("quiet-seconds", "10");
    DEFAULTS.put("durability", "os");
  }

  private final BenchRing ring;
  private final Arguments arguments;
  private final int total;

  private JoinBenchmark(BenchRing ring, Arguments arguments) {
    this.ring = ring;
    this.arguments = arguments;
    this.total = arguments.number("records") / NODES * (NODES + 1);
  }

  /** Runs it. */
  public static void main(String[] given) throws IOException, InterruptedException {
    Arguments arguments = Arguments.of(given, DEFAULTS);
    System.out.println(Machine.describe());
    Durability level = Durability.valueOf(arguments.text("durability").toUpperCase(Locale.ROOT));
    boolean holds;
    try (BenchRing ring = BenchRing.start(level, NODES, NODES + 1)) {
      holds = new JoinBenchmark(ring, arguments).measure();
    }
    System.exit(holds ? 0 : 1);
  }

  static String key(int number) {
    return "key-" + number;
  }

  private boolean measure() throws InterruptedException, IOException {
    ring.await(sample -> true, SETTLE);
    fill();
    try (SteadyLoad load =
        new SteadyLoad(
            ring.node().store(),
            total,
            arguments.number("value-bytes"),
            arguments.number("rate"))) {
      load.start();
      Pause.of(Duration.ofSeconds(arguments.number("quiet-seconds")));
      load.take();
      Pause.of(Duration.ofSeconds(arguments.number("quiet-seconds")));
      SteadyLoad.Window quiet = load.take();
      System.out.println("quiet:    " + quiet);
      BenchRing.Other joiner = ring.add(NODES);
      long begin = System.nanoTime();
      SteadyLoad.Window starting = load.take();
      System.out.println("starting: " + starting);
      ring.await(sample -> isFull(sample, joiner), FILL);
      double seconds = (System.nanoTime() - begin) / 1e9;
      SteadyLoad.Window filling = load.take();
      System.out.println("filling:  " + filling);
      return print(quiet, filling, seconds);
    }
  }

  /** Whether the joiner leads its own arc, and is a member of about three in four. */
  private static boolean isFull(List<NodeInfo.Replica> sample, BenchRing.Other joiner) {
    long member =
        sample.stream()
            .filter(each -> each.members().stream().anyMatch(m -> m.id().equals(joiner.id())))
            .count();
    boolean leads =
        sample.stream().anyMatch(each -> each.daddy().filter(joiner.id()::equals).isPresent());
    return leads && member >= SHARE * sample.size();
  }

  private void fill() throws InterruptedException {
    byte[] value = new byte[arguments.number("value-bytes")];
    Semaphore inFlight = new Semaphore(LOADING_IN_FLIGHT);
    CompletableFuture<Void> failure = new CompletableFuture<>();
    for (int i = 0; i < total && !failure.isDone(); i++) {
      inFlight.acquire();
      ring.node()
          .store()
          .put(key(i), value)
          .whenComplete(
              (written, failed) -> {
                inFlight.release();
                if (failed != null) {
                  failure.completeExceptionally(failed);
                }
              });
    }
    inFlight.acquire(LOADING_IN_FLIGHT);
    failure.complete(null);
    failure.join();
  }

  private boolean print(SteadyLoad.Window quiet, SteadyLoad.Window filling, double seconds) {
    double ratio = filling.p99Millis() / quiet.p99Millis();
    System.out.printf(
        Locale.ROOT,
        "result what=join records=%d value-bytes=%d rate=%d seconds=%.1f quiet-p50-ms=%.2f"
            + " quiet-p99-ms=%.2f p50-ms=%.2f p99-ms=%.2f failed=%d ratio=%.2f mark=%.0f"
            + " holds=%b load=%.1f%n",
        arguments.number("records"),
        arguments.number("value-bytes"),
        arguments.number("rate"),
        seconds,
        quiet.medianMillis(),
        quiet.p99Millis(),
        filling.medianMillis(),
        filling.p99Millis(),
        filling.failed(),
        ratio,
        MARK,
        ratio <= MARK,
        Machine.load());
    return ratio <= MARK;
  }
}
