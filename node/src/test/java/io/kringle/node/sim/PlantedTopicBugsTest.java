package io.kringle.node.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.kringle.node.Schemas;
import io.kringle.ring.Codec;
import io.kringle.ring.wire.KryoCodec;
import java.util.EnumSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What explorations of topics are worth: each of these bugs is found within 2 000 seeds, as what it
 * is, and what is found is not there without it.
 */
class PlantedTopicBugsTest {
  private static final int MOST_SEEDS = 2_000;

  enum Planted {
    GAP_CHECK_FORGOTTEN,
    SEQUENCE_RESTARTED,
    CONFIRMED_TOO_EARLY,
    ACCEPTOR_NOT_REMEMBERED;

    private WorldFilter filter(Codec codec) {
      return switch (this) {
        case GAP_CHECK_FORGOTTEN -> PlantedTopicBugs.gapCheckForgotten();
        case SEQUENCE_RESTARTED -> PlantedTopicBugs.sequenceRestarted(codec);
        case CONFIRMED_TOO_EARLY -> PlantedTopicBugs.confirmedTooEarly();
        case ACCEPTOR_NOT_REMEMBERED -> PlantedTopicBugs.acceptorNotRemembered(codec);
      };
    }

    private long harmDone(TopicsOutcome outcome) {
      return switch (this) {
        case GAP_CHECK_FORGOTTEN, SEQUENCE_RESTARTED -> outcome.counts().duplicated();
        case CONFIRMED_TOO_EARLY -> outcome.counts().lost();
        case ACCEPTOR_NOT_REMEMBERED -> outcome.counts().handledTwice();
      };
    }
  }

  private static TopicsOutcome run(long seed, Codec codec, WorldFilter filter) {
    TopicsPlan plan = TopicsRunTest.plan(seed, seed, EnumSet.allOf(FaultKind.class));
    return new TopicsRun(seed, plan, codec, filter).run();
  }

  private static TopicsOutcome run(long seed, Planted bug) {
    Codec codec = new KryoCodec(Schemas.all());
    return run(seed, codec, bug.filter(codec));
  }

  @ParameterizedTest
  @EnumSource
  void isFound(Planted bug) {
    long seed = 1;
    while (seed < MOST_SEEDS && bug.harmDone(run(seed, bug)) == 0) {
      seed++;
    }
    assertThat(bug.harmDone(run(seed, bug))).as("seed %d with it", seed).isPositive();
    TopicsOutcome without = run(seed, new KryoCodec(Schemas.all()), WorldFilter.NONE);
    assertThat(without.wrong()).as("seed %d without it", seed).isEmpty();
  }
}
