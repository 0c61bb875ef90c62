package io.kringle.node.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.kringle.testkit.JvmNode;
import io.kringle.testkit.history.Operation;
import io.kringle.testkit.history.Operation.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Five nodes are killed, paused and started again at random while clients in other processes ask
 * them things, and write down what they were told: no answer may contradict the others. {@code
 * -Dkringle.faults.seconds=60} goes on for longer, {@code -Dkringle.faults.seed=N} does the same
 * faults again, though processes are never the same twice. The history is left in {@code
 * target/histories} for {@code kringle sim check}.
 */
class FaultyProcessesTest {
  private static final List<String> NAMES = List.of("a", "b", "c", "d", "e");
  private static final int CLIENT_PROCESSES = 3;
  private static final int KEYS = 16;
  private static final int SECONDS = Integer.getInteger("kringle.faults.seconds", 12);

  /** Reads, and as many writes, in a second, on a busy machine: with less the test means little. */
  private static final int FEWEST_SERVED = 5;

  private static final String NAME = "faulty-processes";
  private static final int LAST_READER = 1_000;

  private final long seed = Long.getLong("kringle.faults.seed", System.nanoTime() & 0xFFFF_FFFFL);

  @TempDir Path directory;

  @Test
  void whatClientsWereToldWhileNodesDiedAndSleptIsInOrder()
      throws IOException, InterruptedException {
    System.out.println("kringle.faults.seed=" + seed);
    try (ProcessRing ring = new ProcessRing(directory)) {
      ring.found(NAMES);
      ProcessFaults faults = new ProcessFaults(ring, NAMES, seed);
      List<Process> clients = startClients(ring);
      try {
        faults.run(Duration.ofSeconds(SECONDS));
        ring.awaitWhole();
      } finally {
        endClients(clients);
        RecordedHistory.keep(NAME, recorded());
      }
      List<Operation> history = recorded();
      history.addAll(HistoryClients.readAll(LAST_READER, ring.bases(), KEYS));

      Map<Kind, Integer> count = count(history);
      System.out.printf(
          "seed %d: %d s, %d kills, %d pauses, %d operations %s%n",
          seed, SECONDS, faults.kills(), faults.pauses(), history.size(), count);
      RecordedHistory.assertInOrder(NAME, seed, history);
      assertThat(ring.hasBrokenDown()).isFalse();
      assertThat(faults.kills()).isPositive();
      assertThat(faults.pauses()).isPositive();
      assertThat(count.get(Kind.READ)).isGreaterThan(SECONDS * FEWEST_SERVED);
      assertThat(count.get(Kind.WRITTEN)).isGreaterThan(SECONDS * FEWEST_SERVED);
    }
  }

  private List<Process> startClients(ProcessRing ring) {
    List<Process> clients = new ArrayList<>();
    for (int i = 0; i < CLIENT_PROCESSES; i++) {
      List<String> arguments = new ArrayList<>();
      arguments.add(directory.resolve("history-" + i).toString());
      arguments.add(directory.resolve("over").toString());
      arguments.add(String.valueOf(i * HistoryClients.CLIENTS));
      arguments.add(String.valueOf(seed));
      arguments.add(String.valueOf(KEYS));
      arguments.addAll(ring.bases());
      clients.add(
          JvmNode.launch(
              directory.resolve("clients.log"), HistoryClients.class.getName(), arguments));
    }
    return clients;
  }

  /** Tells them that it is over, and waits until they have written down what there was. */
  private void endClients(List<Process> clients) throws IOException, InterruptedException {
    Files.createFile(directory.resolve("over"));
    for (Process client : clients) {
      client.waitFor(30, TimeUnit.SECONDS);
      client.destroyForcibly().waitFor();
    }
    String said = Files.readString(directory.resolve("clients.log"));
    assertThat(clients).as(said).allMatch(client -> client.exitValue() == 0);
  }

  private List<Operation> recorded() throws IOException {
    List<Operation> operations = new ArrayList<>();
    for (int i = 0; i < CLIENT_PROCESSES; i++) {
      operations.addAll(RecordedHistory.read(directory.resolve("history-" + i)));
    }
    return operations;
  }

  private static Map<Kind, Integer> count(List<Operation> history) {
    Map<Kind, Integer> count = new EnumMap<>(Kind.class);
    Stream.of(Kind.values()).forEach(kind -> count.put(kind, 0));
    history.forEach(operation -> count.merge(operation.outcome().kind(), 1, Integer::sum));
    return count;
  }
}
