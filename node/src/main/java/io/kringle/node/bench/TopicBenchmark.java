package io.kringle.node.bench;

import io.kringle.node.NodeInfo;
import io.kringle.node.cli.Pause;
import io.kringle.store.engine.Durability;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.stream.LongStream;

/**
 * How fast one topic is: messages of 100 bytes, published by one of three nodes in three processes,
 * with a subscriber at each; the topic's root is one of the other two. The yardstick are writes of
 * records of 100 bytes to the same replicas by the same node: a publish is such a write, and three
 * deliveries besides. Prints rounds in turn, and medians.
 */
public final class TopicBenchmark {
  private static final int WARM_UP_IN_FLIGHT = 64;
  private static final int KEYS = 64;
  private static final Duration SETTLE = Duration.ofSeconds(60);
  private static final Duration LOOK_EVERY = Duration.ofMillis(5);

  /** The ids are what they always are: this is led by the second. */
  private static final String TOPIC = "topic";

  private static final Map<String, String> DEFAULTS = new LinkedHashMap<>();

  static {
    DEFAULTS.put("durability", "memory,os,fsync");
    DEFAULTS.put("in-flight", "1,16,64");
    DEFAULTS.put("warm-up", "8");
    DEFAULTS.put("rounds", "5");
    DEFAULTS.put("millis", "1500");
  }

  private final BenchRing ring;
  private final Arguments arguments;
  private final String durability;
  private final List<String> subscribers = new ArrayList<>();
  private final List<String> keys = new ArrayList<>();
  private long published;
  private int written;

  private TopicBenchmark(BenchRing ring, Arguments arguments, String durability) {
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
      try (BenchRing ring =
          BenchRing.start(Subscriber.class, level, BenchRing.COPIES, BenchRing.COPIES)) {
        new TopicBenchmark(ring, arguments, durability).measure();
      }
    }
  }

  /** What runs in the other processes: a node with a subscriber. */
  static final class Subscriber {
    private Subscriber() {}

    /** As {@link BenchRing.Node#main}. */
    public static void main(String[] given) throws IOException {
      BenchRing.Node.serve(given, node -> TopicDeliveries.subscribe(node, TOPIC));
    }
  }

  /**
   * One round.
   *
   * @param published the publishers' side
   * @param deliveries messages that were delivered in a second, to all subscribers together
   * @param medianMicros from publish to delivery
   * @param p99Micros the same
   * @param put the yardstick
   */
  private record Round(
      Load.Measured published,
      double deliveries,
      double medianMicros,
      double p99Micros,
      Load.Measured put) {
    double ratio() {
      return published.rate() / put.rate();
    }
  }

  private void measure() throws InterruptedException {
    ring.await(sample -> true, SETTLE);
    TopicDeliveries.subscribe(ring.node(), TOPIC);
    subscribers.add(ring.node().id());
    ring.others().forEach(other -> subscribers.add(other.id()));
    findKeys();
    for (int i = 0; i < arguments.number("warm-up"); i++) {
      round(WARM_UP_IN_FLIGHT);
    }
    for (int inFlight : arguments.numbers("in-flight")) {
      List<Round> rounds = new ArrayList<>();
      for (int i = 0; i < arguments.number("rounds"); i++) {
        rounds.add(round(inFlight));
      }
      print(inFlight, rounds);
    }
  }

  /** Those that are kept where the topic is. */
  private void findKeys() {
    NodeInfo.Replica topic = locate(TOPIC);
    if (topic.daddy().equals(Optional.of(ring.node().id()))) {
      throw new IllegalStateException("the topic is led by the node that publishes");
    }
    for (int i = 0; keys.size() < KEYS; i++) {
      if (locate("key-" + i).number().equals(topic.number())) {
        keys.add("key-" + i);
      }
    }
  }

  private NodeInfo.Replica locate(String key) {
    return ring.node().locate(key).toCompletableFuture().join().replica();
  }

  private Round round(int inFlight) throws InterruptedException {
    Duration length = Duration.ofMillis(arguments.number("millis"));
    Load.Measured put = new Load(inFlight, length).drive(ring.node(), this::put);
    long begin = System.nanoTime();
    Load.Measured publish = new Load(inFlight, length).drive(ring.node(), this::publish);
    while (subscribers.stream()
        .anyMatch(id -> TopicDeliveries.heard(ring.node(), id) < published)) {
      Pause.of(LOOK_EVERY);
    }
    List<TopicDeliveries.Heard> heard =
        subscribers.stream().map(id -> TopicDeliveries.take(ring.node(), id)).toList();
    long end = heard.stream().mapToLong(TopicDeliveries.Heard::last).max().orElseThrow();
    long count = heard.stream().mapToLong(TopicDeliveries.Heard::count).sum();
    long[] delivery = heard.stream().flatMapToLong(TopicBenchmark::latencies).sorted().toArray();
    return new Round(
        publish,
        count * 1e9 / (end - begin),
        delivery[delivery.length / 2] / 1e3,
        delivery[delivery.length * 99 / 100] / 1e3,
        put);
  }

  private static LongStream latencies(TopicDeliveries.Heard heard) {
    return LongStream.range(0, heard.latencies().limit()).map(i -> heard.latencies().get((int) i));
  }

  private CompletionStage<?> publish(Load load) {
    byte[] message = new byte[Load.PAYLOAD];
    ByteBuffer.wrap(message).putLong(System.nanoTime());
    return ring.node()
        .topics()
        .publish(TOPIC, message)
        .thenAccept(done -> published = Math.max(published, done.sequence()));
  }

  private CompletionStage<?> put(Load load) {
    written = (written + 1) % KEYS;
    return ring.node().store().put(keys.get(written), load.payload());
  }

  private void print(int inFlight, List<Round> rounds) {
    rounds.sort(Comparator.comparingDouble(round -> round.published().rate()));
    for (Round round : rounds) {
      System.out.printf(
          Locale.ROOT,
          "%-6s %2d in flight: put       %s%n%-6s %2d in flight: published %s%n"
              + "%-6s %2d in flight: delivered %,9.0f/s, median %,6.1f µs, p99 %,6.1f µs%n",
          durability,
          inFlight,
          round.put(),
          durability,
          inFlight,
          round.published(),
          durability,
          inFlight,
          round.deliveries(),
          round.medianMicros(),
          round.p99Micros());
    }
    Round median = rounds.get(rounds.size() / 2);
    double[] ratios = rounds.stream().mapToDouble(Round::ratio).sorted().toArray();
    System.out.printf(
        Locale.ROOT,
        "result what=topic durability=%s in-flight=%d published=%.0f delivered=%.0f ack-us=%.1f"
            + " ack-p99-us=%.1f delivery-us=%.1f delivery-p99-us=%.1f put=%.0f ratio=%.2f"
            + " load=%.1f%n",
        durability,
        inFlight,
        median.published().rate(),
        median.deliveries(),
        median.published().medianMicros(),
        median.published().p99Micros(),
        median.medianMicros(),
        median.p99Micros(),
        median.put().rate(),
        ratios[ratios.length / 2],
        Machine.load());
  }
}
