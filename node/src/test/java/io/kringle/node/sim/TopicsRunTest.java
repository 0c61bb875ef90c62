package io.kringle.node.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.kringle.node.Schemas;
import io.kringle.ring.wire.KryoCodec;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Topics under random faults, one seed each. */
class TopicsRunTest {
  private static final Set<FaultKind> ALL = EnumSet.allOf(FaultKind.class);

  static TopicsPlan plan(long first, long last, Set<FaultKind> faults) {
    return plan(first, last, faults, Duration.ofSeconds(40));
  }

  private static TopicsPlan plan(long first, long last, Set<FaultKind> faults, Duration lasts) {
    return new TopicsPlan(new SeedPlan(first, last, 6, faults, lasts, 2), 8, 2, 200);
  }

  private static TopicsOutcome run(long seed) {
    return run(seed, plan(seed, seed, ALL));
  }

  private static TopicsOutcome run(long seed, TopicsPlan plan) {
    return new TopicsRun(seed, plan, new KryoCodec(Schemas.all()), WorldFilter.NONE).run();
  }

  @Test
  void whoStaysGetsEachMessageOnceAndInOrder() {
    TopicsReport report = new ExploreTopics(plan(1, 20, ALL)).run(done -> {});
    assertThat(report.failures()).isEmpty();
    TopicsCounts counts = report.counts();
    assertThat(counts.published()).isGreaterThan(1_000);
    assertThat(counts.delivered()).isGreaterThan(4 * counts.published());
    assertThat(counts.anycasts()).isGreaterThan(300);
    assertThat(counts.noTaker()).isPositive();
    assertThat(counts.handled()).isGreaterThan(counts.published() / 4);
    assertThat(counts.handledAgain()).isPositive();
    assertThat(report.deepest()).isGreaterThan(2);
    assertThat(report.mostChildren()).isGreaterThan(2);
    assertThat(report.deliveryMillis(50)).isPositive().isLessThan(report.deliveryMillis(99));
  }

  /** What each of them has found was mended; without what mended it, it fails. */
  @ParameterizedTest(name = "seed {0}: {1}")
  @CsvSource({
    "79, an audit waited for minutes for an answer that was lost",
    "90, a group began anew when a dispatcher that was none any more had buried its place",
    "1697, a disk rotted under a newcomer that was the last to stay",
    "2715, a daddy went on applying over what its disk had not taken",
    "4330, a daddy went on applying over what its disk had not taken",
  })
  void aSeedThatHasFoundABugDoesSoNoMore(long seed, String bug) {
    assertThat(run(seed).wrong()).as(bug).isEmpty();
  }

  /** Its broadcast was to reach a node that the others were just about to miss. */
  @Test
  void whoIsAwayWhenTheFaultsEndIsWaitedFor() {
    Set<FaultKind> faults = EnumSet.of(FaultKind.PAUSE, FaultKind.SUSPENSION);
    assertThat(run(428, plan(428, 428, faults, Duration.ofSeconds(5))).wrong()).isEmpty();
  }

  @Test
  void aSeedIsOneRun() {
    assertThat(run(5).traceHash()).isEqualTo(run(5).traceHash()).isNotEqualTo(run(6).traceHash());
    assertThat(run(5).counts()).isEqualTo(run(5).counts());
  }

  @Test
  void withoutFaultsMessagesComeSoon() {
    TopicsReport report = new ExploreTopics(plan(1, 2, Set.of())).run(done -> {});
    assertThat(report.failures()).isEmpty();
    assertThat(report.deliveryMillis(99)).isLessThan(1_500);
    assertThat(report.counts().handled()).isPositive();
  }
}
