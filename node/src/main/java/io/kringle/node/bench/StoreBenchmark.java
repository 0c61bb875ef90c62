package io.kringle.node.bench;

import io.kringle.store.engine.Durability;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * How fast the store is, through the Java API of one of three nodes in three processes, with three
 * copies: reads, writes and conditional updates of 100-byte values under 10 000 keys, one after the
 * other, for each durability. Prints rounds in turn and their medians.
 */
public final class StoreBenchmark {
  private static final int KEYS = 10_000;
  private static final int WARM_UP_IN_FLIGHT = 64;
  private static final Duration SETTLE = Duration.ofSeconds(60);
  private static final Map<String, String> DEFAULTS = new LinkedHashMap<>();

  static {
    DEFAULTS.put("durability", "memory,os,fsync");
    DEFAULTS.put("what", "get,put,update");
    DEFAULTS.put("in-flight", "1,16,64");
    DEFAULTS.put("rounds", "3");
    DEFAULTS.put("millis", "1500");
  }

  private final BenchRing ring;
  private final Arguments arguments;
  private final String durability;
  private int keys;

  private StoreBenchmark(BenchRing ring, Arguments arguments, String durability) {
    this.ring = ring;
    this.arguments = arguments;
    this.durability = durability;
  }

  /** Runs it. */
  public static void main(String[] given) throws IOException, InterruptedException {
    Arguments arguments = Arguments.of(given, DEFAULTS);
    System.out.println(Machine.describe());
    for (String durability : arguments.texts("durability")) {
      Durability level = Durability.valueOf(durability.toUpperCase(Locale.ROOT));
      try (BenchRing ring = BenchRing.start(level, BenchRing.COPIES, BenchRing.COPIES)) {
        new StoreBenchmark(ring, arguments, durability).measure();
      }
    }
  }

  private void measure() throws InterruptedException {
    ring.await(sample -> true, SETTLE);
    Duration round = Duration.ofMillis(arguments.number("millis"));
    new Load(WARM_UP_IN_FLIGHT, round).drive(ring.node(), this::put);
    for (String what : arguments.texts("what")) {
      new Load(WARM_UP_IN_FLIGHT, round).drive(ring.node(), operation(what));
    }
    for (int inFlight : arguments.numbers("in-flight")) {
      Map<String, List<Load.Measured>> measured = new LinkedHashMap<>();
      for (int i = 0; i < arguments.number("rounds"); i++) {
        for (String what : arguments.texts("what")) {
          Load.Measured one = new Load(inFlight, round).drive(ring.node(), operation(what));
          measured.computeIfAbsent(what, each -> new ArrayList<>()).add(one);
        }
      }
      measured.forEach((what, rounds) -> print(what, inFlight, rounds));
    }
  }

  private Function<Load, CompletionStage<?>> operation(String what) {
    return switch (what) {
      case "get" -> this::get;
      case "put" -> this::put;
      case "update" -> this::update;
      default -> throw new IllegalArgumentException("get, put or update, not " + what);
    };
  }

  private CompletionStage<?> get(Load load) {
    return ring.node().store().get(nextKey());
  }

  private CompletionStage<?> put(Load load) {
    return ring.node().store().put(nextKey(), load.payload());
  }

  /** Reads, and replaces what was read if it is still there. */
  private CompletionStage<?> update(Load load) {
    String key = nextKey();
    return ring.node()
        .store()
        .get(key)
        .thenCompose(read -> ring.node().store().putIfVersion(key, load.payload(), read.version()));
  }

  private String nextKey() {
    keys = (keys + 1) % KEYS;
    return "key-" + keys;
  }

  private void print(String what, int inFlight, List<Load.Measured> rounds) {
    List<Load.Measured> byRate = new ArrayList<>(rounds);
    byRate.sort(Comparator.comparingDouble(Load.Measured::rate));
    byRate.forEach(
        round ->
            System.out.printf(
                Locale.ROOT, "%-6s %-6s %2d in flight: %s%n", durability, what, inFlight, round));
    Load.Measured median = byRate.get(byRate.size() / 2);
    System.out.printf(
        Locale.ROOT,
        "result durability=%s what=%s in-flight=%d rate=%.0f median-us=%.1f p99-us=%.1f"
            + " p999-us=%.1f load=%.1f%n",
        durability,
        what,
        inFlight,
        median.rate(),
        median.medianMicros(),
        median.p99Micros(),
        median.p999Micros(),
        Machine.load());
  }
}
