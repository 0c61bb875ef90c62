package io.kringle.node.bench;

import io.kringle.node.cli.Pause;
import io.kringle.store.engine.Durability;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * For how long a key stands still when its daddy is killed. Each key has a writer that writes again
 * soon after it was answered; a round kills the node that leads most of the keys, and the longest
 * time between two acknowledged writes of a key counts. Ends with exit code 1 if that is over a
 * second in the median round.
 */
public final class TakeoverBenchmark {
  private static final int KEYS = 48;
  private static final long MARK_MILLIS = 1_000;
  private static final Duration SETTLE = Duration.ofMinutes(2);
  private static final Executor SOON =
      CompletableFuture.delayedExecutor(5, TimeUnit.MILLISECONDS, Runnable::run);
  private static final Map<String, String> DEFAULTS = new LinkedHashMap<>();

  static {
    DEFAULTS.put("nodes", "3");
    DEFAULTS.put("durability", "os");
    DEFAULTS.put("rounds", "5");
    DEFAULTS.put("watch-millis", "6000");
  }

  private final BenchRing ring;
  private final Arguments arguments;
  private final List<Writer> writers = new ArrayList<>();
  private final AtomicLong acknowledged = new AtomicLong();
  private final AtomicLong failed = new AtomicLong();
  private volatile boolean over;

  private TakeoverBenchmark(BenchRing ring, Arguments arguments) {
    this.ring = ring;
    this.arguments = arguments;
  }

  /** Runs it. */
  public static void main(String[] given) throws IOException, InterruptedException {
    Arguments arguments = Arguments.of(given, DEFAULTS);
    System.out.println(Machine.describe());
    Durability level = Durability.valueOf(arguments.text("durability").toUpperCase(Locale.ROOT));
    int nodes = arguments.number("nodes");
    boolean holds;
    try (BenchRing ring = BenchRing.start(level, nodes, nodes)) {
      holds = new TakeoverBenchmark(ring, arguments).measure();
    }
    System.exit(holds ? 0 : 1);
  }

  /** Writes one key, over and over. */
  private final class Writer {
    private final String key;
    private final byte[] value = new byte[Load.PAYLOAD];
    private final AtomicLong last = new AtomicLong(System.nanoTime());
    private final AtomicLong longest = new AtomicLong();

    Writer(String key) {
      this.key = key;
    }

    void write() {
      if (over) {
        return;
      }
      ring.node()
          .store()
          .put(key, value)
          .whenComplete(
              (written, failure) -> {
                if (failure == null) {
                  acknowledged.incrementAndGet();
                  long now = System.nanoTime();
                  long gap = now - last.getAndSet(now);
                  longest.accumulateAndGet(gap, Math::max);
                } else {
                  failed.incrementAndGet();
                }
                SOON.execute(this::write);
              });
    }

    /** The longest gap since this was asked last, one that has not ended included. */
    long takeLongest() {
      return Math.max(longest.getAndSet(0), System.nanoTime() - last.get());
    }
  }

  private boolean measure() throws InterruptedException, IOException {
    ring.await(sample -> true, SETTLE);
    for (int i = 0; i < KEYS; i++) {
      writers.add(new Writer("sample-" + i));
    }
    writers.forEach(Writer::write);
    List<Long> pauses = new ArrayList<>();
    for (int round = 1; round <= arguments.number("rounds"); round++) {
      pauses.add(round(round));
    }
    over = true;
    Collections.sort(pauses);
    long median = pauses.get(pauses.size() / 2);
    System.out.printf(
        Locale.ROOT,
        "result what=takeover nodes=%d durability=%s rounds=%d pause-ms=%d worst-ms=%d"
            + " mark-ms=%d holds=%b load=%.1f%n",
        arguments.number("nodes"),
        arguments.text("durability"),
        pauses.size(),
        median,
        pauses.get(pauses.size() - 1),
        MARK_MILLIS,
        median <= MARK_MILLIS,
        Machine.load());
    return median <= MARK_MILLIS;
  }

  private long round(int number) throws InterruptedException, IOException {
    Pause.of(Duration.ofMillis(arguments.number("watch-millis") / 3));
    long quiet = takeLongest();
    long before = acknowledged.get();
    long failedBefore = failed.get();
    BenchRing.Other victim = busiest();
    long leads = leads(victim);
    ring.kill(victim);
    Pause.of(Duration.ofMillis(arguments.number("watch-millis")));
    long pause = takeLongest();
    System.out.printf(
        Locale.ROOT,
        "round %d: the daddy of %d of %d sampled keys killed: longest pause %d ms (%d ms before),"
            + " %d writes acknowledged, %d failed, load %.1f%n",
        number,
        leads,
        KEYS,
        pause,
        quiet,
        acknowledged.get() - before,
        failed.get() - failedBefore,
        Machine.load());
    ring.add(victim.place());
    ring.await(sample -> sample.stream().anyMatch(each -> isLedBy(each.daddy(), victim)), SETTLE);
    takeLongest();
    return pause;
  }

  private long takeLongest() {
    long longest = 0;
    for (Writer writer : writers) {
      longest = Math.max(longest, writer.takeLongest());
    }
    return TimeUnit.NANOSECONDS.toMillis(longest);
  }

  private BenchRing.Other busiest() {
    return ring.others().stream().max(Comparator.comparingLong(this::leads)).orElseThrow();
  }

  private long leads(BenchRing.Other other) {
    return ring.sample().stream().limit(KEYS).filter(each -> isLedBy(each.daddy(), other)).count();
  }

  private static boolean isLedBy(Optional<String> daddy, BenchRing.Other other) {
    return daddy.filter(other.id()::equals).isPresent();
  }
}
