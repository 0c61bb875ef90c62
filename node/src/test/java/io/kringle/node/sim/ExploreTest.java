package io.kringle.node.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.kringle.ring.RingConfig;
import io.kringle.ring.RingMessage;
import io.kringle.ring.wire.KryoCodec;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** Faults of every kind, and whether what is checked afterwards would notice a bug. */
class ExploreTest {
  private static final Duration FAULTS = Duration.ofMinutes(3);

  @Test
  void aRingThatAllFaultsHaveHappenedToIsOneRingAgain() {
    ExploreReport report =
        new Explore(new ExplorePlan(1, 30, OptionalInt.empty(), FAULTS, 2)).run(done -> {});
    assertThat(report.failures()).isEmpty();
    assertThat(report.outcomes()).hasSize(30);
    assertThat(report.agreementSeconds().max()).isBetween(0.0, 120.0);
    assertThat(report.messages()).isGreaterThan(10_000);
  }

  @Test
  void aSeedIsOneRunHoweverManyRunBesideIt() {
    ExplorePlan one = new ExplorePlan(3, 6, OptionalInt.of(8), FAULTS, 1);
    ExplorePlan two = new ExplorePlan(3, 6, OptionalInt.of(8), FAULTS, 2);
    long hash = new Explore(one).run(done -> {}).traceHash();
    assertThat(new Explore(two).run(done -> {}).traceHash()).isEqualTo(hash);
    ExplorePlan others = new ExplorePlan(4, 7, OptionalInt.of(8), FAULTS, 2);
    assertThat(new Explore(others).run(done -> {}).traceHash()).isNotEqualTo(hash);
  }

  @Test
  void aRingThatDoesNotRepairItsLeafSetsIsFound() {
    assertFound(Faulty.unsent((to, message) -> message instanceof RingMessage.Probe), 10, "");
  }

  @Test
  void aTimerThatNeverFiresIsFound() {
    Duration longer = Duration.ofSeconds(10);
    assertFound(Faulty.withoutTimers(delay -> delay.compareTo(longer) >= 0), 20, "");
  }

  @Test
  void aProbeThatIsNeverGivenUpIsFound() {
    Duration timeout = RingConfig.defaults().probeTimeout();
    assertFound(Faulty.withoutTimers(timeout::equals), 5, "no one ring");
  }

  @Test
  void aNodeThatDoesNotAnswerJoinersIsFound() {
    assertFound(Faulty.unsent((to, message) -> message instanceof RingMessage.JoinReply), 10, "");
  }

  @Test
  void aTieThatIsBrokenTheOtherWayIsFound() {
    assertFound(Faulty.borderOffByOne(), 10, "instead of once at");
  }

  @Test
  void aNodeThatIsActiveBeforeItHasAnnouncedItselfIsFound() {
    assertFound(Faulty.activeBeforeItIsAnnounced(), 5, "active too early");
  }

  /** Some seed fails because of the bug, for such a reason, and does not without it. */
  private static void assertFound(WorldFilter bug, int seeds, String reason) {
    for (long seed = 1; seed <= seeds; seed++) {
      Optional<String> wrong = run(seed, bug).wrong();
      if (wrong.isPresent()) {
        assertThat(wrong.get()).contains(reason);
        assertThat(run(seed, WorldFilter.NONE).wrong()).as("seed %d without it", seed).isEmpty();
        return;
      }
    }
    throw new AssertionError("not found by seeds 1 to " + seeds);
  }

  private static ExploreOutcome run(long seed, WorldFilter filter) {
    KryoCodec codec = new KryoCodec(Explore.schema());
    return new ExploreRun(seed, OptionalInt.of(12), FAULTS, codec, filter).run();
  }
}
