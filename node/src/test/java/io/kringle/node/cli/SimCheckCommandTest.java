package io.kringle.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Histories, written by the simulator and by others, and checked from a shell. */
class SimCheckCommandTest {
  private static final String LINE =
      "{\"client\":%d,\"operation\":\"%s\",\"key\":\"k\",\"arguments\":%s,\"result\":%s,"
          + "\"start_ns\":%d,\"end_ns\":%d}\n";

  @TempDir Path directory;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... arguments) {
    return Main.line(new PrintWriter(out, true), new PrintWriter(err, true)).execute(arguments);
  }

  private String file(String text) throws IOException {
    return Files.writeString(directory.resolve("history.jsonl"), text).toString();
  }

  private JsonNode report() throws IOException {
    return HttpNode.JSON.readTree(out.toString());
  }

  private static String put(int start, String value, String result) {
    return LINE.formatted(1, "put", "{\"value\":\"" + value + "\"}", result, start, start + 1);
  }

  private static String get(int start, int version, String value) {
    String result = "{\"kind\":\"read\",\"version\":%d,\"value\":\"%s\"}".formatted(version, value);
    return LINE.formatted(2, "get", "{}", result, start, start + 1);
  }

  private static String written(int version) {
    return "{\"kind\":\"written\",\"version\":%d}".formatted(version);
  }

  @Test
  void whatTheSimulatorWritesItFindsLinearizable() throws IOException {
    Path history = directory.resolve("runs.jsonl");
    assertThat(
            run(
                "sim",
                "store",
                "--seeds",
                "1..2",
                "--seconds",
                "10",
                "--history",
                history.toString()))
        .isEqualTo(Exit.DONE);
    out.getBuffer().setLength(0);

    assertThat(run("sim", "check", history.toString(), "--json")).isEqualTo(Exit.DONE);
    assertThat(report().path("verdict").asText()).isEqualTo("linearizable");
    assertThat(report().path("runs").asInt()).isEqualTo(2);
    assertThat(report().path("operations").asLong())
        .isGreaterThan(100)
        .isEqualTo(Files.readAllLines(history).size());
  }

  @Test
  void aStaleReadIsNamedWithItsLine() throws IOException {
    String stale = get(40, 1, "a");
    String history = put(0, "a", written(1)) + put(20, "b", written(2)) + stale;
    assertThat(run("sim", "check", file(history))).isEqualTo(Exit.FAILED);
    assertThat(out.toString())
        .contains("not linearizable: 'k', of whose 3 operations an order is found for 2")
        .contains(stale.strip());
    out.getBuffer().setLength(0);

    assertThat(run("sim", "check", file(history), "--json")).isEqualTo(Exit.FAILED);
    assertThat(report().path("verdict").asText()).isEqualTo("broken");
    assertThat(report().path("key").asText()).isEqualTo("k");
    assertThat(report().path("ordered").asInt()).isEqualTo(2);
  }

  @Test
  void runsHaveNothingToDoWithEachOther() throws IOException {
    String first = put(0, "a", written(1));
    String second = get(40, 0, "").replace("\"\"", "null");
    assertThat(run("sim", "check", file(first + second))).isEqualTo(Exit.FAILED);
    assertThat(
            run("sim", "check", file(first + second.replace("{\"client", "{\"seed\":7,\"client"))))
        .isEqualTo(Exit.DONE);
  }

  @Test
  void whatIsDeletedMayBeForgottenUnlessVersionsAscend() throws IOException {
    String delete = LINE.formatted(1, "delete", "{}", written(2), 10, 11);
    String never = get(40, 0, "").replace("\"\"", "null");
    String history = file(put(0, "a", written(1)) + delete + never);
    assertThat(run("sim", "check", history)).isEqualTo(Exit.DONE);
    assertThat(run("sim", "check", history, "--versions", "ascending")).isEqualTo(Exit.FAILED);
    assertThat(run("sim", "check", history, "--versions", "any")).isEqualTo(Exit.USAGE);
    assertThat(err.toString()).contains("'any' is neither step-by-step nor ascending");
  }

  @Test
  void aStaleReadOfWhatNobodyWroteIsNamed() throws IOException {
    String stale = get(40, 1, "b").replace("\"get\"", "\"get_stale\"");
    assertThat(run("sim", "check", file(put(0, "a", written(1)) + stale))).isEqualTo(Exit.FAILED);
    assertThat(out.toString()).contains("one version, two values");
  }

  @Test
  void aSearchThatIsGivenUpSaysSo() throws IOException {
    StringBuilder history = new StringBuilder();
    for (int i = 0; i < 30; i++) {
      history.append(put(i, "v" + i, "{\"kind\":\"unknown\"}"));
    }
    history.append(get(90, 99, "nobody wrote this"));
    assertThat(run("sim", "check", file(history.toString()), "--steps", "1000"))
        .isEqualTo(Exit.FAILED);
    assertThat(out.toString()).contains("undecided: no order within 1,000 steps for 'k'");
  }

  @Test
  void aFileThatIsNoHistoryIsRefusedWithTheLine() throws IOException {
    assertThat(run("sim", "check", file(put(0, "a", written(1)) + "{\"client\":1")))
        .isEqualTo(Exit.USAGE);
    assertThat(err.toString()).contains("is no history: line 2: is not JSON");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "sim check /nowhere/history | cannot read the file '/nowhere/history'",
        "sim check /nowhere/history --steps 0 | --steps is at least 1, not 0",
        "sim check | Missing required parameter: 'FILE'",
        "sim store --seeds 1..2 --history /nowhere/history | cannot write the history to"
            + " '/nowhere/history'",
        "sim store --seeds 1..1001 --history /nowhere/history | --history is for at most 1000"
            + " seeds",
      })
  void whatCannotBeIsRefused(String arguments, String reason) {
    assertThat(run(arguments.split(" "))).isEqualTo(Exit.USAGE);
    assertThat(err.toString()).contains(reason);
  }
}
