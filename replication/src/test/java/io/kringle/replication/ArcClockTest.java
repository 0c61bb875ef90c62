package io.kringle.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.kringle.ring.Endpoint;
import io.kringle.ring.Id;
import io.kringle.ring.Peer;
import io.kringle.testkit.Simulation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The time of an arc as one member counts it. */
final class ArcClockTest {
  private final Simulation simulation = new Simulation(1, message -> message);
  private final List<ArcClock> clocks = new ArrayList<>();

  @BeforeEach
  void begin() {
    Peer self = new Peer(Id.ofKey("self"), new Endpoint("10.0.0.1", 1), 1);
    simulation.start(
        self,
        world -> {
          clocks.add(new ArcClock(world, 5_000));
          return new Deaf();
        });
  }

  private ArcClock clock() {
    return clocks.get(0);
  }

  @Test
  void itCountsOnFromWhatItWasTold() {
    simulation.run(Duration.ofSeconds(2));
    assertThat(clock().now()).isEqualTo(7_000);
    clock().hear(6_000);
    assertThat(clock().now()).isEqualTo(7_000);
    clock().hear(9_000);
    simulation.run(Duration.ofSeconds(1));
    assertThat(clock().now()).isEqualTo(10_000);
  }

  @Test
  void itFollowsADaddyBackButNoMessageThatIsLate() {
    simulation.run(Duration.ofSeconds(60));
    clock().follow(1, 8_000);
    assertThat(clock().now()).isEqualTo(8_000);
    clock().follow(1, 7_000);
    assertThat(clock().now()).isEqualTo(8_000);
    clock().follow(2, 7_000);
    assertThat(clock().now()).isEqualTo(7_000);
  }

  @Test
  void whatIsNotedIsNeitherLaterThanTheTimeNorBeforeWhatIsCommitted() {
    simulation.run(Duration.ofSeconds(60));
    assertThat(clock().note()).isLessThan(clock().now());
    assertThat(clock().follow(1, 64_900)).as("by a delay").isFalse();
    assertThat(clock().follow(2, 10_000)).as("by a daddy that stood still").isTrue();
    assertThat(clock().note()).isLessThanOrEqualTo(10_000);
    assertThat(clock().follow(2, 10_001)).isFalse();
    clock().applied(10_001);
    assertThat(clock().note()).isEqualTo(10_001);
  }
}
