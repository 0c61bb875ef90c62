package io.kringle.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The simulation of topics on large rings as it is called from a shell. */
class SimTreesCommandTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String arguments) {
    return Main.line(new PrintWriter(out, true), new PrintWriter(err, true))
        .execute(arguments.split(" "));
  }

  private JsonNode json(String arguments) throws JsonProcessingException {
    out.getBuffer().setLength(0);
    assertThat(run(arguments)).as(err.toString()).isEqualTo(Exit.DONE);
    return HttpNode.JSON.readTree(out.toString());
  }

  @Test
  void theReportHasEveryFigure() throws JsonProcessingException {
    JsonNode report = json("sim trees --nodes 20 --topics 3 --messages 2 --json");
    List<String> names = new ArrayList<>();
    report.fieldNames().forEachRemaining(names::add);
    assertThat(names)
        .containsExactly(
            "nodes",
            "topics",
            "subscribers",
            "published",
            "delivered",
            "missing",
            "repeated",
            "delivery_ms_mean",
            "delivery_ms_p50",
            "delivery_ms_p99",
            "direct_ms_mean",
            "stretch",
            "copies_max",
            "tree_depth_max",
            "trees_per_node_mean",
            "trees_per_node_max",
            "trees_ratio",
            "marks_held",
            "messages",
            "virtual_s",
            "wall_s",
            "peak_heap_mb",
            "trace_hash");
    assertThat(report.path("subscribers").asInt()).isEqualTo(20);
    assertThat(report.path("published").asInt()).isEqualTo(6);
    assertThat(report.path("delivered").asInt()).isEqualTo(120);
    assertThat(report.path("trees_per_node_max").asInt()).isEqualTo(3);
    assertThat(report.path("marks_held").asBoolean()).isTrue();
  }

  @Test
  void theSameSeedIsTheSameRunAndAnotherSeedIsAnother() throws JsonProcessingException {
    String command = "sim trees --nodes 10 --messages 1 --json --seed ";
    String hash = json(command + 1).path("trace_hash").asText();
    assertThat(json(command + 1).path("trace_hash").asText()).isEqualTo(hash);
    assertThat(json(command + 2).path("trace_hash").asText()).isNotEqualTo(hash);
  }

  @Test
  void withoutJsonTheReportIsForPeople() {
    assertThat(run("sim trees --nodes 10 --subscribers 4 --messages 1")).isEqualTo(Exit.DONE);
    assertThat(out.toString())
        .contains("10 nodes, seed 1; 1 topics with 4 subscribers", "0 missing", "held", "trace");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "sim trees | --nodes",
        "sim trees --nodes 0 | nodes are 1 to 20000, not 0",
        "sim trees --nodes 10 --topics 0 | topics are 1 to 10000, not 0",
        "sim trees --nodes 10 --subscribers 11 | subscribers are 1 to 10, not 11",
        "sim trees --nodes 10 --messages 1001 | messages are 1 to 1000, not 1001",
        "sim trees --nodes 1000 --topics 1001 | subscribers of all topics are 1 to 1000000",
        "sim trees --nodes 10000 --topics 100 --messages 11 | deliveries are 1 to 10000000",
        "sim trees --nodes 10 --latencies /nowhere/matrix | cannot be read: /nowhere/matrix",
      })
  void badUsageExitsWithTwo(String arguments, String culprit) {
    assertThat(run(arguments)).isEqualTo(Exit.USAGE);
    assertThat(err.toString()).startsWith("kringle: ").contains(culprit);
  }
}
