package io.kringle.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.kringle.ring.Arc;
import io.kringle.ring.Endpoint;
import io.kringle.ring.Id;
import io.kringle.ring.Peer;
import io.kringle.testkit.Simulation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A count that costs something is not made for everybody who asks. */
final class RecordTallyTest {
  private static final Arc ARC = new Arc(Id.ofKey("from"), Id.ofKey("to"));
  private static final Arc OTHER = new Arc(Id.ofKey("from"), Id.ofKey("on"));

  private final Simulation simulation = new Simulation(1, message -> message);
  private final List<RecordTally> tallies = new ArrayList<>();
  private int counted;
  private long there;

  @BeforeEach
  void begin() {
    Peer self = new Peer(Id.ofKey("self"), new Endpoint("10.0.0.1", 1), 1);
    simulation.start(
        self,
        world -> {
          tallies.add(new RecordTally(world, arc -> count()));
          return new Deaf();
        });
  }

  private long count() {
    counted++;
    return there;
  }

  private long tally(Arc arc) {
    return tallies.get(0).of(arc);
  }

  @Test
  void manyAreCountedNowAndThen() {
    there = 1_000;
    assertThat(tally(ARC)).isEqualTo(1_000);
    there = 2_000;
    assertThat(tally(ARC)).isEqualTo(1_000);
    assertThat(counted).isEqualTo(1);
    simulation.run(Duration.ofSeconds(5));
    assertThat(tally(ARC)).isEqualTo(2_000);
  }

  @Test
  void fewAreCountedAtOnce() {
    there = 3;
    assertThat(tally(ARC)).isEqualTo(3);
    there = 4;
    assertThat(tally(ARC)).isEqualTo(4);
  }

  @Test
  void anArcThatWasSplitIsAnother() {
    there = 1_000;
    assertThat(tally(ARC)).isEqualTo(1_000);
    there = 500;
    assertThat(tally(OTHER)).isEqualTo(500);
  }
}
