package io.kringle.node.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * The marks of topics on large rings (docs/benchmarks.md) in a size that fits a build: 400 nodes
 * instead of 5 000.
 */
class TreesMarksTest {
  private static final int NODES = 400;

  private static TreesReport run(int topics, int subscribers, int messages) throws IOException {
    TreesSimulation simulation =
        new TreesSimulation(
            new TreesPlan(NODES, topics, subscribers, messages, 1, Optional.empty()));
    simulation.form(joined -> {});
    simulation.subscribe(confirmed -> {});
    simulation.publish(delivered -> {});
    return simulation.report();
  }

  @Test
  void nodesThatComeFiftyASecondLeadTheirArcsWithinSeconds() throws IOException {
    TreesRing ring = new TreesRing(new TreesPlan(NODES, 1, 1, 1, 1, Optional.empty()));
    ring.form(joined -> {});
    assertThat(Duration.ofNanos(ring.simulation().now())).isLessThan(Duration.ofSeconds(8 + 20));
  }

  @Test
  void aTopicOfAllNodesIsNotMuchSlowerThanTheNetwork() throws IOException {
    TreesReport report = run(1, NODES, 10);
    assertThat(report.published()).isEqualTo(10);
    assertThat(report.missing()).isZero();
    assertThat(report.repeated()).isZero();
    assertThat(report.copies().max()).isBetween(2.0, 16.0);
    assertThat(report.depths().max()).isLessThanOrEqualTo(5);
    assertThat(report.stretch()).isBetween(1.0, 1.7);
    assertThat(report.marksHold()).isTrue();
  }

  @Test
  void manyTopicsShareTheNodesEvenly() throws IOException {
    TreesReport report = run(100, 20, 1);
    assertThat(report.published()).isEqualTo(100);
    assertThat(report.missing()).isZero();
    assertThat(report.copies().max()).isBetween(2.0, 16.0);
    assertThat(report.trees().mean()).isGreaterThan(5);
    assertThat(report.treesRatio()).isBetween(1.0, 5.0);
    assertThat(report.marksHold()).isTrue();
  }

  @Test
  void eachMarkCanBeMissed() {
    assertThat(report(2, 0, 170, 16, 50).marksHold()).isTrue();
    assertThat(report(1, 0, 170, 16, 50).marksHold()).as("a message is missing").isFalse();
    assertThat(report(2, 1, 170, 16, 50).marksHold()).as("one came twice").isFalse();
    assertThat(report(2, 0, 171, 16, 50).marksHold()).as("they are slow").isFalse();
    assertThat(report(2, 0, 170, 17, 50).marksHold()).as("too many copies").isFalse();
    assertThat(report(2, 0, 170, 16, 51).marksHold()).as("a node in many trees").isFalse();
  }

  private static TreesReport report(
      long delivered, long repeated, double millis, int copies, int trees) {
    return new TreesReport(
        new TreesPlan(10, 1, 2, 1, 1, Optional.empty()),
        1,
        delivered,
        repeated,
        Distribution.of(List.of(millis)),
        Distribution.of(List.of(100)),
        Distribution.of(List.of(copies)),
        Distribution.of(List.of(1)),
        new Distribution(10, 10, 10, 10, trees),
        0,
        0,
        0);
  }
}
