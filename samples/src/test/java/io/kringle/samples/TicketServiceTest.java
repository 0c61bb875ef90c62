package io.kringle.samples;

import static org.assertj.core.api.Assertions.assertThat;

import io.kringle.node.testing.SimulatedRing;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A service is tested on fifty simulated nodes: no number is given twice, whatever happens. */
class TicketServiceTest {
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Duration MINUTE = Duration.ofMinutes(1);

  /** The numbers that customers at all nodes have drawn. */
  private final List<Integer> drawn = new ArrayList<>();

  private void draw(SimulatedRing<TicketService> ring, int node) {
    ring.service(node).next("bakery").thenAccept(drawn::add);
  }

  private void queueUp(SimulatedRing<TicketService> ring, Duration duration) {
    for (long second = 0; second < duration.toSeconds(); second++) {
      for (int node = 0; node < ring.size(); node++) {
        if (ring.isUp(node)) {
          draw(ring, node);
        }
      }
      ring.run(SECOND);
    }
  }

  @Test
  void noNumberIsGivenTwiceWhenTheNetworkIsCut() {
    try (SimulatedRing<TicketService> ring =
        SimulatedRing.builder().nodes(50).seed(7).service(TicketService::new).start()) {
      queueUp(ring, SECOND.multipliedBy(10));
      assertThat(drawn).as(ring.toString()).hasSizeGreaterThan(400);

      ring.cutInHalf();
      queueUp(ring, MINUTE);
      ring.heal();
      ring.await(ring::isWhole, MINUTE);

      assertThat(drawn).as(ring.toString()).doesNotHaveDuplicates();
      int last = drawn.stream().mapToInt(Integer::intValue).max().orElse(0);
      assertThat(ring.get(ring.service(0).next("bakery"), MINUTE)).isGreaterThan(last);
      assertThat(ring.get(ring.service(49).next("bakery"), MINUTE)).isGreaterThan(last + 1);
    }
  }
}
