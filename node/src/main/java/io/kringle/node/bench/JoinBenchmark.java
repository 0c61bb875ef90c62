package io.kringle.node.bench;

import io.kringle.node.NodeInfo;
import io.kringle.node.cli.Pause;
import io.kringle.store.engine.Durability;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.function.ToDoubleFunction;

/**
 * What clients feel while a node joins that has many records to receive: three nodes under a steady
 * load, first alone, then with a fourth that gets three quarters of what there is; then it leaves,
 * and the next round begins. In the first round the three have never filled anybody yet. Ends with
 * exit code 1 if the 99th percentile was then above five times what it was before, in the median of
 * the rounds.
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
    DEFAULTS.put("rounds", "5");
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
    List<Round> rounds = new ArrayList<>();
    try (SteadyLoad load =
        new SteadyLoad(
            ring.node().store(),
            total,
            arguments.number("value-bytes"),
            arguments.number("rate"))) {
      load.start();
      while (rounds.size() < arguments.number("rounds")) {
        rounds.add(round(load));
        System.out.println("round " + rounds.size() + ":  " + rounds.get(rounds.size() - 1));
      }
    }
    return print(rounds);
  }

  /** One newcomer, from before it is there until it has gone again. */
  private Round round(SteadyLoad load) throws InterruptedException, IOException {
    Pause.of(Duration.ofSeconds(arguments.number("quiet-seconds")));
    load.take();
    Pause.of(Duration.ofSeconds(arguments.number("quiet-seconds")));
    SteadyLoad.Window quiet = load.take();
    System.out.println("quiet:    " + quiet);
    BenchRing.Other joiner = ring.add(NODES);
    long begin = System.nanoTime();
    System.out.println("starting: " + load.take());
    ring.await(sample -> isFull(sample, joiner), FILL);
    double seconds = (System.nanoTime() - begin) / 1e9;
    SteadyLoad.Window filling = load.take();
    System.out.println("filling:  " + filling);
    ring.remove(joiner);
    ring.await(sample -> true, SETTLE);
    return new Round(quiet, filling, seconds);
  }

  /** What was measured with one newcomer. */
  private record Round(SteadyLoad.Window quiet, SteadyLoad.Window filling, double seconds) {
    double ratio() {
      return filling.p99Millis() / quiet.p99Millis();
    }

    @Override
    public String toString() {
      return String.format(
          Locale.ROOT,
          "p99 %.2f to %.2f ms, %.2f times, in %.1f s",
          quiet.p99Millis(),
          filling.p99Millis(),
          ratio(),
          seconds);
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

  private boolean print(List<Round> rounds) {
    double ratio = median(rounds, Round::ratio);
    int failed = rounds.stream().mapToInt(round -> round.filling().failed()).sum();
    System.out.printf(
        Locale.ROOT,
        "result what=join records=%d value-bytes=%d rate=%d rounds=%d seconds=%.1f"
            + " quiet-p50-ms=%.2f quiet-p99-ms=%.2f p50-ms=%.2f p99-ms=%.2f failed=%d ratio=%.2f"
            + " worst-ratio=%.2f mark=%.0f holds=%b load=%.1f%n",
        arguments.number("records"),
        arguments.number("value-bytes"),
        arguments.number("rate"),
        rounds.size(),
        median(rounds, Round::seconds),
        median(rounds, round -> round.quiet().medianMillis()),
        median(rounds, round -> round.quiet().p99Millis()),
        median(rounds, round -> round.filling().medianMillis()),
        median(rounds, round -> round.filling().p99Millis()),
        failed,
        ratio,
        rounds.stream().mapToDouble(Round::ratio).max().orElseThrow(),
        MARK,
        ratio <= MARK,
        Machine.load());
    return ratio <= MARK;
  }

  private static double median(List<Round> rounds, ToDoubleFunction<Round> of) {
    double[] sorted = rounds.stream().mapToDouble(of).sorted().toArray();
    return sorted[sorted.length / 2];
  }
}
