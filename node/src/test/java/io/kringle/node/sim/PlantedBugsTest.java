package io.kringle.node.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.kringle.node.Schemas;
import io.kringle.ring.Codec;
import io.kringle.ring.wire.KryoCodec;
import java.util.EnumSet;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What explorations of the store are worth: each of these bugs is found within 2 000 seeds, and
 * what is found is not there without it. The search begins at the first seed that has found it.
 */
class PlantedBugsTest {
  private static final int MOST_SEEDS = 2_000;
  private static final String NONE = "none";

  private static WorldFilter filter(String bug, Codec codec) {
    return switch (bug) {
      case "a quorum one short" -> PlantedBugs.quorumOneShort();
      case "an epoch not compared" -> PlantedBugs.epochNotCompared();
      case "a lease kept after a pause" -> PlantedBugs.leaseKeptAfterAPause();
      case "a takeover that skips the read of a majority" -> PlantedBugs.takeoverWithoutALook();
      case "a tombstone collected too early" -> PlantedBugs.tombstoneForgotten(codec);
      case "an operation id forgotten" -> PlantedBugs.operationIdForgotten(codec);
      case NONE -> WorldFilter.NONE;
      default -> throw new IllegalArgumentException(bug);
    };
  }

  private static Optional<String> wrong(long seed, String bug) {
    StorePlan plan = StoreRunTest.plan(seed, seed, EnumSet.allOf(FaultKind.class));
    Codec codec = new KryoCodec(Schemas.all());
    return new StoreRun(seed, plan, codec, filter(bug, codec)).run().wrong();
  }

  @ParameterizedTest(name = "{0}, by seed {1}")
  @CsvSource({
    "a quorum one short, 3",
    "an epoch not compared, 2",
    "a lease kept after a pause, 19",
    "a takeover that skips the read of a majority, 7",
    "a tombstone collected too early, 4",
    "an operation id forgotten, 3",
  })
  void isFound(String bug, long first) {
    long seed = first;
    while (seed < MOST_SEEDS && wrong(seed, bug).isEmpty()) {
      seed++;
    }
    assertThat(wrong(seed, bug)).as("seed %d with it", seed).isPresent();
    assertThat(wrong(seed, NONE)).as("seed %d without it", seed).isEmpty();
  }
}
