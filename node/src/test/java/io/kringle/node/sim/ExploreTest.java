package io.kringle.node.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.kringle.ring.Endpoint;
import io.kringle.ring.Message;
import io.kringle.ring.Peer;
import io.kringle.ring.RingMessage;
import io.kringle.ring.Timer;
import io.kringle.ring.World;
import io.kringle.ring.wire.KryoCodec;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
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
    assertFound(unsent(message -> message instanceof RingMessage.Probe), 10);
  }

  @Test
  void aTimerThatNeverFiresIsFound() {
    assertFound(withoutTimersFrom(Duration.ofSeconds(10)), 20);
  }

  @Test
  void aNodeThatDoesNotAnswerJoinersIsFound() {
    assertFound(unsent(message -> message instanceof RingMessage.JoinReply), 10);
  }

  private static void assertFound(WorldFilter bug, int seeds) {
    for (long seed = 1; seed <= seeds; seed++) {
      if (run(seed, bug).wrong().isPresent()) {
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

  /** A bug: a message is never sent. */
  private static WorldFilter unsent(Predicate<Message> which) {
    return (self, world, node) ->
        new Faulty(world) {
          @Override
          public boolean send(Peer to, Message message) {
            return which.test(message) || super.send(to, message);
          }
        };
  }

  /** A bug: what is to happen so late or later never does. */
  private static WorldFilter withoutTimersFrom(Duration delay) {
    return (self, world, node) ->
        new Faulty(world) {
          @Override
          public Timer after(Duration wait, Runnable task) {
            return wait.compareTo(delay) < 0 ? super.after(wait, task) : () -> {};
          }
        };
  }

  private static class Faulty implements World {
    private final World world;

    Faulty(World world) {
      this.world = world;
    }

    @Override
    public long now() {
      return world.now();
    }

    @Override
    public RandomGenerator random() {
      return world.random();
    }

    @Override
    public Timer after(Duration delay, Runnable task) {
      return world.after(delay, task);
    }

    @Override
    public boolean send(Peer to, Message message) {
      return world.send(to, message);
    }

    @Override
    public void contact(Endpoint to, Message message) {
      world.contact(to, message);
    }
  }
}
