package io.kringle.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.kringle.testkit.JvmNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The simulation of a ring as it is called from a shell. */
class SimOverlayCommandTest {
  private static final String SMALL = "sim overlay --nodes 40 --lookups 200 --duration 5s --json";

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String arguments) {
    return Main.line(new PrintWriter(out, true), new PrintWriter(err, true))
        .execute(arguments.split(" "));
  }

  private JsonNode json(String arguments) throws JsonProcessingException {
    out.getBuffer().setLength(0);
    assertThat(run(arguments)).as(err.toString()).isEqualTo(Exit.DONE);
    return lastLine(out.toString());
  }

  private static JsonNode lastLine(String output) throws JsonProcessingException {
    List<String> lines = output.lines().toList();
    return HttpNode.JSON.readTree(lines.get(lines.size() - 1));
  }

  @Test
  void everyLookupArrivesAndTheReportHasEveryFigure() throws JsonProcessingException {
    JsonNode report = json(SMALL);
    List<String> names = new ArrayList<>();
    report.fieldNames().forEachRemaining(names::add);
    assertThat(names)
        .containsExactly(
            "nodes",
            "lookups",
            "lost",
            "misdelivered",
            "issuer_died",
            "hops_mean",
            "hops_p99",
            "hops_max",
            "stretch",
            "stretch_p50",
            "stretch_p90",
            "maintenance_msgs_per_node_s",
            "join_ms_p50",
            "join_ms_p99",
            "joins_failed",
            "messages",
            "virtual_s",
            "wall_s",
            "peak_heap_mb",
            "trace_hash",
            "astray",
            "messages_by_type");
    assertThat(report.path("nodes").asInt()).isEqualTo(40);
    assertThat(report.path("lookups").asInt()).isEqualTo(200);
    assertThat(report.path("lost").asInt()).isZero();
    assertThat(report.path("misdelivered").asInt()).isZero();
    assertThat(report.path("hops_mean").asDouble()).isBetween(0.5, 3.0);
    assertThat(report.path("join_ms_p99").asDouble()).isBetween(1.0, 3_000.0);
    assertThat(report.path("stretch").asDouble()).isBetween(1.0, 1.6);
    assertThat(report.path("peak_heap_mb").asInt()).isPositive();
    assertThat(report.path("messages_by_type").path("Hop").asDouble()).isPositive();
  }

  @Test
  void theSameSeedIsTheSameRunInAnotherJvmTooAndAnotherSeedIsAnother(@TempDir Path directory)
      throws IOException {
    String here = json(SMALL).path("trace_hash").asText();
    assertThat(here).matches("[0-9a-f]{16}");
    assertThat(json(SMALL).path("trace_hash").asText()).isEqualTo(here);
    assertThat(json(SMALL + " --seed 2").path("trace_hash").asText()).isNotEqualTo(here);
    Process process =
        JvmNode.launch(directory.resolve("log"), Main.class.getName(), List.of(SMALL.split(" ")));
    String elsewhere = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(lastLine(elsewhere).path("trace_hash").asText()).isEqualTo(here);
  }

  @Test
  void lookupsArriveOverALossyNetwork() throws JsonProcessingException {
    assertThat(json(SMALL + " --loss 0.02").path("lost").asInt()).isZero();
  }

  @Test
  void lookupsArriveWhileNodesComeAndGoWithoutAWord() throws JsonProcessingException {
    JsonNode report =
        json("sim overlay --nodes 300 --lookups 3000 --duration 20m --session 60m --json");
    assertThat(report.path("lost").asInt()).isZero();
    assertThat(report.path("misdelivered").asInt()).isZero();
    assertThat(report.path("maintenance_msgs_per_node_s").asDouble()).isBetween(0.1, 0.4);
  }

  @Test
  void theWayOfALookupAndTheTalkOfANodeCanBeSeen() throws JsonProcessingException {
    String hash = json(SMALL).path("trace_hash").asText();
    err.getBuffer().setLength(0);
    assertThat(json(SMALL + " --trace-lookup 17").path("trace_hash").asText()).isEqualTo(hash);
    assertThat(err.toString().lines()).isNotEmpty().allMatch(line -> line.contains("Hop["));
    err.getBuffer().setLength(0);
    json(SMALL + " --trace-node node-3");
    assertThat(err.toString().lines()).isNotEmpty().allMatch(line -> line.contains("@node-3:"));
  }

  @Test
  void whatWasLostIsNamedWithTheWayToSeeIt() {
    int exit = run("sim overlay --nodes 40 --lookups 400 --duration 20s --loss 0.5");
    assertThat(exit).isEqualTo(Exit.FAILED);
    assertThat(out.toString())
        .contains("again with: ./kringle sim overlay --nodes 40", "the same with --trace-lookup");
  }

  @Test
  void aFileSaysWhoComesAndWhoGoes(@TempDir Path directory) throws IOException {
    Path file = directory.resolve("churn");
    Files.writeString(file, "1 leave 0\n2 join late\n2 join later\n3 leave 7\n4 join 0\n");
    String arguments = SMALL + " --churn " + file;
    JsonNode report = json(arguments);
    assertThat(report.path("lost").asInt()).isZero();
    assertThat(report.path("misdelivered").asInt()).isZero();
    assertThat(json(arguments).path("trace_hash")).isEqualTo(report.path("trace_hash"));
    Files.writeString(file, "1 leave 0\n");
    assertThat(json(arguments).path("trace_hash")).isNotEqualTo(report.path("trace_hash"));
  }

  @Test
  void sessionsAreDistributedAsTheOptionSays() throws JsonProcessingException {
    String arguments = "sim overlay --nodes 40 --lookups 200 --duration 5m --session 5m --json";
    String exponential = json(arguments).path("trace_hash").asText();
    assertThat(json(arguments + " --sessions exponential").path("trace_hash").asText())
        .isEqualTo(exponential);
    assertThat(json(arguments + " --sessions pareto").path("trace_hash").asText())
        .isNotEqualTo(exponential);
  }

  @Test
  void nearNodesMakeShortWaysWhereDistancesAreMeasured(@TempDir Path directory) throws IOException {
    int rows = 100;
    StringBuilder matrix = new StringBuilder();
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < rows; j++) {
        // Two places far from each other.
        matrix.append(i == j ? 0 : i % 2 == j % 2 ? 10 : 200).append(' ');
      }
      matrix.append('\n');
    }
    Path file = Files.writeString(directory.resolve("two-places"), matrix);
    JsonNode report =
        json("sim overlay --nodes 300 --lookups 3000 --latencies " + file + " --json");
    assertThat(report.path("lost").asInt()).isZero();
    assertThat(report.path("stretch").asDouble()).isBetween(1.0, 1.5);
  }

  @Test
  void oneNodeAnswersItself() throws JsonProcessingException {
    JsonNode report = json("sim overlay --nodes 1 --lookups 10 --duration 1s --json");
    assertThat(report.path("hops_max").asInt()).isZero();
    assertThat(report.path("messages").asInt()).isZero();
  }

  @Test
  void withoutJsonTheReportIsForPeople() {
    assertThat(run("sim overlay --nodes 5 --lookups 10 --duration 1s")).isEqualTo(Exit.DONE);
    assertThat(out.toString()).contains("5 nodes, seed 1", "10: 0 lost, 0 misdelivered", "trace");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "sim | a simulation is missing",
        "sim fly | fly",
        "sim overlay | --nodes",
        "sim overlay --nodes 0 | nodes are 1 to",
        "sim overlay --nodes 5 --lookups -1 | lookups are 0 to",
        "sim overlay --nodes 5 --duration 0s | the duration is",
        "sim overlay --nodes 5 --duration soon | soon",
        "sim overlay --nodes 5 --session 10ms | a session is at least a second",
        "sim overlay --nodes 5 --latencies /nowhere/matrix | cannot be read:" + " /nowhere/matrix",
        "sim overlay --nodes 5 --sessions pareto | needs their mean: --session",
        "sim overlay --nodes 5 --session 1m --sessions weibull | --sessions",
        "sim overlay --nodes 5 --session 1m --churn /nowhere/churn | not by both",
        "sim overlay --nodes 5 --churn /nowhere/churn | cannot be read: /nowhere/churn",
        "sim explore | --seeds",
        "sim explore --seeds 1 | seeds are two numbers",
        "sim explore --seeds 5..1 | seeds are from 0 on",
        "sim explore --seeds 1..2 --nodes 2 | nodes are 3 to 50",
        "sim explore --seeds 1..2 --log | --log is for a single seed",
        "sim explore --seeds 1..2 --trace-node node-1 | --trace-node is for a single seed",
        "sim overlay --nodes 5 --loss 0.9 | the loss is 0 to 0.5",
        "sim overlay --nodes 5 --loss NaN | the loss is 0 to 0.5",
      })
  void badUsageExitsWithTwo(String arguments, String culprit) {
    assertThat(run(arguments)).isEqualTo(Exit.USAGE);
    assertThat(err.toString()).startsWith("kringle: ").contains(culprit);
  }
}
