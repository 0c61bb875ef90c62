package io.kringle.node.process;

import io.kringle.node.cli.Pause;
import io.kringle.testkit.history.Operation;
import io.kringle.testkit.history.Operation.Always;
import io.kringle.testkit.history.Operation.Call;
import io.kringle.testkit.history.Operation.Condition;
import io.kringle.testkit.history.Operation.Get;
import io.kringle.testkit.history.Operation.IfAbsent;
import io.kringle.testkit.history.Operation.IfVersion;
import io.kringle.testkit.history.Operation.Kind;
import io.kringle.testkit.history.Operation.Read;
import io.kringle.testkit.history.Operation.Write;
import io.kringle.testkit.history.Operation.Written;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/**
 * Asks one thing after the other of few keys, and keeps to one node for as long as that answers.
 * For one thread but for {@link #written}.
 */
final class HistoryClient {
  /** After so many questions, in the mean, it tries another node though all is well. */
  private static final int LOYALTY = 50;

  private final int number;
  private final List<String> nodes;
  private final int keys;
  private final int longestRestMillis;
  private final SplittableRandom random;
  private final Map<String, Long> versions = new HashMap<>();
  private final List<Operation> operations = new ArrayList<>();
  private final AtomicInteger written = new AtomicInteger();
  private String node;

  /**
   * A client that has asked nothing.
   *
   * @param number not that of another client
   * @param nodes the bases of their URLs
   * @param keys how many
   * @param longestRestMillis after an answer
   * @param seed of what it asks
   */
  HistoryClient(int number, List<String> nodes, int keys, int longestRestMillis, long seed) {
    this.number = number;
    this.nodes = nodes;
    this.keys = keys;
    this.longestRestMillis = longestRestMillis;
    random = new SplittableRandom(seed + number);
    node = anyNode();
  }

  /** The keys that clients ask for. */
  static String key(int number) {
    return "key-" + number;
  }

  private String anyNode() {
    return nodes.get(random.nextInt(nodes.size()));
  }

  /** How many of its writes were acknowledged so far. By any thread. */
  int written() {
    return written.get();
  }

  /** Asks until it is over; what it asked, and what it was told. */
  List<Operation> run(BooleanSupplier isOver) {
    while (!isOver.getAsBoolean()) {
      String key = key(random.nextInt(keys));
      Operation done = HttpOperation.ask(number, node, key, call(key));
      operations.add(done);
      learn(done);
      if (!isAnswered(done) || random.nextInt(LOYALTY) == 0) {
        node = anyNode();
      }
      rest();
    }
    return operations;
  }

  private void rest() {
    try {
      Pause.of(Duration.ofMillis(random.nextInt(longestRestMillis + 1)));
    } catch (InterruptedException nobodyDoesThat) {
      throw new IllegalStateException("interrupted while resting", nobodyDoesThat);
    }
  }

  private static boolean isAnswered(Operation done) {
    return done.outcome().kind() != Kind.FAILED && done.outcome().kind() != Kind.UNKNOWN;
  }

  private Call call(String key) {
    return switch (random.nextInt(10)) {
      case 0, 1, 2 -> new Get();
      case 3, 4 -> put(new Always());
      case 5 -> put(new IfAbsent());
      case 6, 7 -> put(new IfVersion(lastVersion(key)));
      case 8 -> new Write(Optional.empty(), new Always());
      default -> new Write(Optional.empty(), new IfVersion(lastVersion(key)));
    };
  }

  /** No value is written twice. */
  private Write put(Condition condition) {
    return new Write(Optional.of(operations.size() + " of " + number), condition);
  }

  private long lastVersion(String key) {
    return versions.getOrDefault(key, 0L);
  }

  private void learn(Operation done) {
    if (done.outcome() instanceof Read read) {
      versions.put(done.key(), read.version());
    } else if (done.outcome() instanceof Written now) {
      versions.put(done.key(), now.version());
      written.incrementAndGet();
    }
  }
}
