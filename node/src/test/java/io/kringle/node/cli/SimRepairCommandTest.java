package io.kringle.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.kringle.node.sim.RepairFault;
import io.kringle.node.sim.RepairFigures;
import io.kringle.node.sim.RepairPlan;
import io.kringle.node.sim.RepairReport;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The repair of a ring as it is called from a shell. */
class SimRepairCommandTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String arguments) {
    return Main.line(new PrintWriter(out, true), new PrintWriter(err, true))
        .execute(arguments.split(" "));
  }

  private JsonNode json(String arguments) throws JsonProcessingException {
    out.getBuffer().setLength(0);
    assertThat(run(arguments)).as(err.toString()).isEqualTo(Exit.DONE);
    List<String> lines = out.toString().lines().toList();
    return HttpNode.JSON.readTree(lines.get(lines.size() - 1));
  }

  private static List<String> names(JsonNode report) {
    List<String> names = new ArrayList<>();
    report.fieldNames().forEachRemaining(names::add);
    return names;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "crash | lookups,lost,misdelivered,correct_after_s,slow_until_s",
        "split | two_rings_after_s",
        "crowd --crowd 5 | crowd,refused,join_ms_p50,join_ms_p99,join_ms_max",
      })
  void theReportHasEveryFigureOfItsFault(String fault, String figures)
      throws JsonProcessingException {
    JsonNode report = json("sim repair --nodes 20 --seed 7 --json --fault " + fault);
    List<String> expected = new ArrayList<>(List.of("fault", "nodes", "seed"));
    expected.addAll(List.of(figures.split(",")));
    expected.addAll(
        List.of(
            "agreed_after_s",
            "mark_held",
            "wrong",
            "messages",
            "virtual_s",
            "wall_s",
            "trace_hash"));
    assertThat(names(report)).isEqualTo(expected);
    assertThat(fault).startsWith(report.path("fault").asText());
    assertThat(report.path("nodes").asInt()).isEqualTo(20);
    assertThat(report.path("seed").asInt()).isEqualTo(7);
    assertThat(report.path("agreed_after_s").asDouble()).isBetween(0.1, 60.0);
    assertThat(report.path("mark_held").asBoolean()).isTrue();
    assertThat(report.path("wrong").isNull()).isTrue();
    assertThat(report.path("trace_hash").asText()).matches("[0-9a-f]{16}");
  }

  @Test
  void theSameSeedIsTheSameRunAndAnotherSeedIsAnother() throws JsonProcessingException {
    String command = "sim repair --fault crowd --nodes 10 --crowd 5 --json --seed ";
    String hash = json(command + 1).path("trace_hash").asText();
    assertThat(json(command + 1).path("trace_hash").asText()).isEqualTo(hash);
    assertThat(json(command + 2).path("trace_hash").asText()).isNotEqualTo(hash);
  }

  @Test
  void withoutJsonTheReportIsForPeople() {
    assertThat(run("sim repair --fault crowd --nodes 10 --crowd 5")).isEqualTo(Exit.DONE);
    assertThat(out.toString())
        .contains("crowd, 10 nodes, seed 1", "5, 0 refused", "one ring     after", "held", "trace");
  }

  @Test
  void aMissedMarkExitsWithOneAndTellsTheShortestWayToSeeItAgain() throws JsonProcessingException {
    RepairReport missed =
        new RepairReport(
            new RepairPlan(RepairFault.SPLIT, 1_000, 100, 3, Optional.empty()),
            new RepairFigures.Split(Optional.empty()),
            Optional.empty(),
            Optional.of("no one ring within 600 s: a has the leaves b instead of c"),
            1,
            2,
            3);
    assertThat(RepairText.exit(missed)).isEqualTo(Exit.FAILED);
    assertThat(RepairText.complaint(missed).orElseThrow().lines())
        .containsExactly(
            "seed 3: no one ring within 600 s: a has the leaves b instead of c",
            "again with: ./kringle sim repair --fault split --seed 3");
    assertThat(RepairText.text(missed, 1)).contains("one ring     never", "missed");
    JsonNode json = HttpNode.JSON.readTree(RepairText.json(missed, 1));
    assertThat(json.path("agreed_after_s").isNull()).isTrue();
    assertThat(json.path("mark_held").asBoolean()).isFalse();
  }

  @Test
  void theCommandNamesWhatIsNotUsual() {
    RepairPlan plan =
        new RepairPlan(RepairFault.CROWD, 30, 7, 1, Optional.of(Path.of("round-trips")));
    assertThat(RepairText.again(plan))
        .isEqualTo(
            "./kringle sim repair --fault crowd --nodes 30 --crowd 7 --seed 1"
                + " --latencies round-trips");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "sim repair | --fault",
        "sim repair --fault flood | a fault is crash, split or crowd, not flood",
        "sim repair --fault crash --nodes 1 | nodes are 2 to 5000",
        "sim repair --fault crash --nodes many | many",
        "sim repair --fault crowd --crowd 0 | a crowd is 1 to 5000 nodes",
        "sim repair --fault crash --crowd 5 | --crowd is for --fault crowd",
        "sim repair --fault crash --latencies /nowhere/matrix | latencies cannot be read:"
            + " /nowhere/matrix",
      })
  void badUsageExitsWithTwo(String arguments, String culprit) {
    assertThat(run(arguments)).isEqualTo(Exit.USAGE);
    assertThat(err.toString()).startsWith("kringle: ").contains(culprit);
  }
}
