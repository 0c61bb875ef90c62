package io.kringle.node.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.kringle.node.Kringle;
import io.kringle.node.KringleException;
import io.kringle.node.KringleStore;
import io.kringle.node.StoreEntry;
import io.kringle.node.WriteResult;
import io.kringle.testkit.history.Linearizability;
import io.kringle.testkit.history.Operation;
import io.kringle.testkit.history.Operation.Always;
import io.kringle.testkit.history.Operation.Call;
import io.kringle.testkit.history.Operation.Conflict;
import io.kringle.testkit.history.Operation.Failed;
import io.kringle.testkit.history.Operation.Get;
import io.kringle.testkit.history.Operation.IfAbsent;
import io.kringle.testkit.history.Operation.IfVersion;
import io.kringle.testkit.history.Operation.Outcome;
import io.kringle.testkit.history.Operation.Read;
import io.kringle.testkit.history.Operation.Unknown;
import io.kringle.testkit.history.Operation.Write;
import io.kringle.testkit.history.Operation.Written;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What clients are told by whole nodes under faults could have come from one register for each key.
 */
final class StoreHistoryTest {
  private static final int NODES = 7;
  private static final int CLIENTS = 5;
  private static final int KEYS = 3;
  private static final Duration GLANCE = Duration.ofMillis(50);
  private static final Duration STORM = Duration.ofSeconds(60);
  private static final Duration CALM = Duration.ofSeconds(60);

  /** A client that has heard nothing for so long asks something else. */
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final List<Operation> history = new ArrayList<>();
  private int values;

  /** Asks one thing after the other, of whichever node is up. */
  private final class Client {
    private final int number;
    private final SimulatedRing<Kringle> ring;
    private final SplittableRandom random;
    private final long[] versions = new long[KEYS];
    private Optional<Asked> asked = Optional.empty();

    Client(int number, SimulatedRing<Kringle> ring, SplittableRandom random) {
      this.number = number;
      this.ring = ring;
      this.random = random;
    }

    private long now() {
      return ring.now().toNanos();
    }

    void step() {
      asked
          .filter(one -> now() - one.at > PATIENCE.toNanos())
          .ifPresent(one -> end(one, new Unknown()));
      int node = random.nextInt(ring.size());
      if (asked.isEmpty() && ring.isUp(node)) {
        ask(ring.node(node).store(), random.nextInt(KEYS));
      }
    }

    private void ask(KringleStore store, int key) {
      String name = "key " + key;
      String value = "value " + values++;
      long version = versions[key];
      switch (random.nextInt(5)) {
        case 0, 1 -> read(name, key, store.get(name));
        case 2 -> write(name, new Write(Optional.of(value), new Always()), store.put(name, value));
        case 3 ->
            write(
                name,
                new Write(Optional.of(value), new IfVersion(version)),
                store.putIfVersion(name, value, version));
        default ->
            write(
                name,
                new Write(Optional.of(value), new IfAbsent()),
                store.putIfAbsent(name, value));
      }
    }

    private void read(String name, int key, CompletionStage<StoreEntry> answer) {
      Asked one = new Asked(name, new Get(), now());
      asked = Optional.of(one);
      answer.whenComplete(
          (entry, failure) -> {
            if (failure == null) {
              versions[key] = entry.version();
              end(one, new Read(entry.version(), entry.text()));
            } else {
              end(one, new Unknown());
            }
          });
    }

    private void write(String name, Write write, CompletionStage<WriteResult> answer) {
      Asked one = new Asked(name, write, now());
      asked = Optional.of(one);
      answer.whenComplete(
          (result, failure) -> end(one, failure == null ? outcome(result) : outcome(failure)));
    }

    private static Outcome outcome(WriteResult result) {
      return result.written() ? new Written(result.version()) : new Conflict();
    }

    private static Outcome outcome(Throwable failure) {
      Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
      boolean nothingHappened =
          cause instanceof KringleException known
              && known.kind() == KringleException.Kind.UNAVAILABLE;
      return nothingHappened ? new Failed() : new Unknown();
    }

    /** What is answered after the client has lost its patience stays unknown. */
    private void end(Asked one, Outcome outcome) {
      if (asked.filter(one::equals).isPresent()) {
        asked = Optional.empty();
        history.add(new Operation(number, one.key, one.call, outcome, one.at, now()));
      }
    }

    void finish() {
      asked.ifPresent(one -> end(one, new Unknown()));
    }

    private record Asked(String key, Call call, long at) {}
  }

  private static void fault(SimulatedRing<Kringle> ring, SplittableRandom random) {
    int node = random.nextInt(ring.size());
    if (!ring.isUp(node)) {
      restart(ring);
      return;
    }
    switch (random.nextInt(8)) {
      case 0 -> ring.cutInHalf();
      case 1 -> ring.heal();
      case 2 -> ring.pause(node, Duration.ofMillis(random.nextLong(4_000)));
      case 3 -> ring.lose(random.nextDouble(0.05));
      case 4 -> ring.drift(node, random.nextDouble(-0.03, 0.03));
      case 5 -> ring.cut(node, random.nextInt(ring.size()));
      case 6 -> ring.crash(node);
      default -> ring.vanish(node);
    }
  }

  private static void restart(SimulatedRing<Kringle> ring) {
    for (int node = 0; node < ring.size(); node++) {
      if (!ring.isUp(node)) {
        ring.restart(node);
      }
    }
  }

  /** More of them with {@code -Dseeds=100}. */
  static LongStream seeds() {
    return LongStream.rangeClosed(1, Integer.getInteger("seeds", 6));
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void underFaultsEveryHistoryIsLinearizable(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    try (SimulatedRing<Kringle> ring = SimulatedRing.builder().nodes(NODES).seed(seed).start()) {
      ring.duplicate(0.01);
      ring.reorder(0.01);
      List<Client> clients = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        clients.add(new Client(i, ring, random.split()));
      }
      Duration stormEnds = ring.now().plus(STORM);
      while (ring.now().compareTo(stormEnds) < 0) {
        if (random.nextInt(30) == 0) {
          fault(ring, random);
        }
        clients.forEach(Client::step);
        ring.run(GLANCE);
      }
      ring.heal();
      ring.lose(0);
      restart(ring);
      ring.await(ring::isWhole, CALM.plus(CALM));
      Duration calmEnds = ring.now().plus(CALM);
      int before = history.size();
      while (ring.now().compareTo(calmEnds) < 0) {
        clients.forEach(Client::step);
        ring.run(GLANCE);
      }
      clients.forEach(Client::finish);
      assertThat(history.size() - before).as("asked in the calm").isGreaterThan(500);
      assertThat(new Linearizability(5_000_000).check(history))
          .as(ring.toString())
          .isEqualTo(new Linearizability.Holds());
    }
  }
}
