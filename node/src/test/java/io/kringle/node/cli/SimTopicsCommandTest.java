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

/** The exploration of topics as it is called from a shell. */
class SimTopicsCommandTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String arguments) {
    return Main.line(new PrintWriter(out, true), new PrintWriter(err, true))
        .execute(arguments.split(" "));
  }

  @Test
  void theReportHasEveryFigure() throws JsonProcessingException {
    assertThat(run("sim topics --seeds 1..2 --seconds 10 --json")).isEqualTo(Exit.DONE);
    JsonNode report = HttpNode.JSON.readTree(out.toString());
    List<String> names = new ArrayList<>();
    report.fieldNames().forEachRemaining(names::add);
    assertThat(names)
        .containsExactly(
            "runs",
            "published",
            "delivered",
            "lost",
            "duplicated",
            "reordered",
            "beyond_retention",
            "anycasts",
            "handled_twice",
            "no_taker",
            "group_handled",
            "group_handled_again",
            "delivery_ms_p50",
            "delivery_ms_p99",
            "tree_depth_max",
            "fanout_max",
            "violations",
            "wall_s",
            "first_failing_seed",
            "failed");
    assertThat(report.path("runs").asInt()).isEqualTo(2);
    assertThat(report.path("published").asInt()).isGreaterThan(50);
    assertThat(report.path("first_failing_seed").isNull()).isTrue();
  }

  @Test
  void theStoryTellsOnlyWhatMayHappen() {
    String command =
        "sim topics --seeds 3..3 --nodes 4 --subscribers 2 --topics 1 --messages 50 --faults pause"
            + " --log";
    assertThat(run(command)).isEqualTo(Exit.DONE);
    assertThat(out.toString())
        .contains("faults begin", "pauses for", "1 seeds, 0 violations: 0 lost")
        .doesNotContain("is killed", "cut for");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--seeds 1 | seeds are two numbers, as in 1..100, not 1",
        "--seeds 1..2 --log | --log is for a single seed",
        "--seeds 1..2 --nodes 0 | nodes are 1 to 50, not 0",
        "--seeds 1..2 --subscribers 1001 | subscribers are 1 to 1000, not 1001",
        "--seeds 1..2 --topics 0 | topics are 1 to 100, not 0",
        "--seeds 1..2 --messages 5001 | messages are 1 to 5000, not 5001",
        "--seeds 1..2 --faults fire | crash,disk-loss,join,leave,pause,suspension,drift,loss",
      })
  void whatCannotBeIsRefused(String arguments, String reason) {
    assertThat(run("sim topics " + arguments)).isEqualTo(Exit.USAGE);
    assertThat(err.toString()).contains(reason);
  }
}
