package io.kringle.node.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.kringle.testkit.history.HistoryLine;
import io.kringle.testkit.history.HistoryReader;
import io.kringle.testkit.history.Linearizability;
import io.kringle.testkit.history.Linearizability.Counting;
import io.kringle.testkit.history.Linearizability.Holds;
import io.kringle.testkit.history.Operation;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Histories of real processes, as files: {@code docs/history-format.md} tells their format. */
final class RecordedHistory {
  private static final int MOST_STEPS = 1_000_000;

  private RecordedHistory() {}

  static void write(Path file, List<Operation> operations) throws IOException {
    Files.write(
        file,
        operations.stream()
            .map(operation -> new HistoryLine(Optional.empty(), operation).toJson())
            .toList());
  }

  static List<Operation> read(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return HistoryReader.read(in).getOrDefault(Optional.<Long>empty(), List.of());
    }
  }

  /** Leaves a history in {@code target/histories}. */
  static Path keep(String name, List<Operation> history) throws IOException {
    Path file = Files.createDirectories(Path.of("target", "histories")).resolve(name + ".jsonl");
    write(file, history);
    return file;
  }

  /** Checks that a history is linearizable, and keeps it whether it is or not. */
  static void assertInOrder(String name, long seed, List<Operation> history) throws IOException {
    Path file = keep(name, history);
    Linearizability.Verdict verdict =
        new Linearizability(MOST_STEPS, Counting.STEP_BY_STEP).check(history);
    assertThat(verdict instanceof Holds)
        .as("in order, with seed %d; else 'kringle sim check %s' tells", seed, file)
        .isTrue();
  }
}
