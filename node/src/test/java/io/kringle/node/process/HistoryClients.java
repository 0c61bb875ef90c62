package io.kringle.node.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.kringle.testkit.history.Operation;
import io.kringle.testkit.history.Operation.Get;
import io.kringle.testkit.history.Operation.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;

/** A process of clients, which ends when a file appears, and has written its history by then. */
final class HistoryClients {
  /** How many clients such a process has. */
  static final int CLIENTS = 4;

  private static final int LONGEST_REST_MILLIS = 30;

  private HistoryClients() {}

  /**
   * Runs it.
   *
   * @param arguments the file for the history; the file whose appearance is the end; the number of
   *     the first client; the seed; how many keys; then the bases of the nodes' URLs
   */
  public static void main(String[] arguments) throws IOException {
    Path history = Path.of(arguments[0]);
    Path end = Path.of(arguments[1]);
    int first = Integer.parseInt(arguments[2]);
    long seed = Long.parseLong(arguments[3]);
    int keys = Integer.parseInt(arguments[4]);
    List<String> nodes = List.of(arguments).subList(5, arguments.length);
    List<HistoryClient> clients = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      clients.add(new HistoryClient(first + i, nodes, keys, LONGEST_REST_MILLIS, seed));
    }
    RecordedHistory.write(history, start(clients, () -> Files.exists(end)).join());
  }

  /** Runs clients, each on a thread of its own; what all of them did, once it is over. */
  static CompletableFuture<List<Operation>> start(
      List<HistoryClient> clients, BooleanSupplier isOver) {
    List<CompletableFuture<List<Operation>>> running =
        clients.stream()
            .map(
                client ->
                    CompletableFuture.supplyAsync(
                        () -> client.run(isOver), task -> new Thread(task, "client").start()))
            .toList();
    return CompletableFuture.allOf(running.toArray(CompletableFuture[]::new))
        .thenApply(over -> running.stream().flatMap(done -> done.join().stream()).toList());
  }

  /**
   * Every key through every node: nobody is harmed any more, so each has to answer.
   *
   * @param number of the client that asks
   */
  static List<Operation> readAll(int number, List<String> nodes, int keys) {
    List<Operation> reads = new ArrayList<>();
    for (String node : nodes) {
      for (int i = 0; i < keys; i++) {
        reads.add(HttpOperation.ask(number, node, HistoryClient.key(i), new Get()));
      }
    }
    assertThat(reads).allMatch(read -> read.outcome().kind() == Kind.READ);
    return reads;
  }
}
