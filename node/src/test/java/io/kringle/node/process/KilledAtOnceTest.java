package io.kringle.node.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.kringle.testkit.JvmNode;
import io.kringle.testkit.history.Operation;
import io.kringle.testkit.history.Operation.Read;
import io.kringle.testkit.history.Operation.Unknown;
import io.kringle.testkit.history.Operation.Written;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * All nodes die at the same moment while they are written to, time and again, and no acknowledged
 * write is missing when they are back. {@code -Dkringle.killed.rounds=20} does it more often,
 * {@code -Dkringle.killed.seed=N} asks for the same things again.
 */
class KilledAtOnceTest {
  private static final List<String> NAMES = List.of("a", "b", "c");
  private static final int ROUNDS = Integer.getInteger("kringle.killed.rounds", 2);
  private static final int CLIENTS = 16;
  private static final int KEYS = 40;
  private static final int FEWEST_WRITES = 50;
  private static final int MOST_WRITES = 500;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final long seed = Long.getLong("kringle.killed.seed", System.nanoTime() & 0xFFFF_FFFFL);
  private final SplittableRandom random = new SplittableRandom(seed);
  private final List<Operation> history = new ArrayList<>();

  @TempDir Path directory;

  @Test
  void nothingThatWasAcknowledgedIsMissing() throws IOException {
    System.out.println("kringle.killed.seed=" + seed);
    Path os = Files.writeString(directory.resolve("os.conf"), "kringle.durability = os");
    try (ProcessRing ring = new ProcessRing(directory, "--config", os.toString())) {
      ring.found(NAMES);
      for (int round = 1; round <= ROUNDS; round++) {
        round(ring, round);
      }
      assertThat(ring.hasBrokenDown()).isFalse();
    }
    RecordedHistory.assertInOrder("killed-at-once", seed, history);
  }

  private void round(ProcessRing ring, int round) {
    List<String> ids = ring.nodes().stream().map(JvmNode::id).toList();
    List<Operation> done = writeUntilAllAreDead(ring, round);
    history.addAll(done);
    ring.startAll(NAMES, "--seeds", "127.0.0.1:1,127.0.0.1:2");
    ring.awaitWhole();
    assertThat(ring.nodes().stream().map(JvmNode::id)).containsExactlyElementsOf(ids);
    List<Operation> found = HistoryClients.readAll(-round, ring.bases(), KEYS);
    history.addAll(found);
    Map<String, Long> acknowledged = acknowledged();
    assertThat(found)
        .as("seed %d, round %d", seed, round)
        .allMatch(read -> version(read) >= acknowledged.getOrDefault(read.key(), 0L));
    System.out.printf(
        "round %d: %d operations, of them %d writes acknowledged, %d of unknown outcome%n",
        round,
        done.size(),
        done.stream().filter(each -> each.outcome() instanceof Written).count(),
        done.stream().filter(each -> each.outcome() instanceof Unknown).count());
  }

  private List<Operation> writeUntilAllAreDead(ProcessRing ring, int round) {
    List<HistoryClient> clients = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      clients.add(new HistoryClient(round * CLIENTS + i, ring.bases(), KEYS, 0, seed));
    }
    AtomicBoolean dead = new AtomicBoolean();
    CompletableFuture<List<Operation>> asking = HistoryClients.start(clients, dead::get);
    int enough = random.nextInt(FEWEST_WRITES, MOST_WRITES);
    Awaitility.await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(1))
        .until(() -> clients.stream().mapToInt(HistoryClient::written).sum() >= enough);
    ring.killAll();
    dead.set(true);
    return asking.join();
  }

  /** The highest version of each key that anybody was told of. */
  private Map<String, Long> acknowledged() {
    Map<String, Long> acknowledged = new HashMap<>();
    for (Operation operation : history) {
      if (operation.outcome() instanceof Written written) {
        acknowledged.merge(operation.key(), written.version(), Math::max);
      }
    }
    return acknowledged;
  }

  private static long version(Operation operation) {
    return operation.outcome() instanceof Read read ? read.version() : -1;
  }
}
