package io.kringle.samples;

import static org.assertj.core.api.Assertions.assertThat;

import io.kringle.node.testing.SimulatedRing;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A service is tested on fifty simulated nodes: no number is given twice, whatever happens. */
class TicketServiceTest {
  private static final Duration BETWEEN_CUSTOMERS = Duration.ofMillis(100);
  private static final Duration MINUTE = Duration.ofMinutes(1);

  /** The numbers that customers at all nodes have drawn. */
  private final List<Integer> drawn = new ArrayList<>();

  @Test
  void noNumberIsGivenTwiceWhenTheNetworkIsCut() {
    try (SimulatedRing<TicketService> ring =
        SimulatedRing.builder().nodes(50).seed(7).service(TicketService::new).start()) {
      queueUp(ring, 50);
      ring.await(() -> drawn.size() == 50, MINUTE);

      ring.cutInHalf();
      queueUp(ring, 300);
      ring.heal();
      ring.await(ring::isWhole, MINUTE);
      ring.run(Duration.ofSeconds(10));
      int before = drawn.size();
      queueUp(ring, 50);
      ring.await(() -> drawn.size() == before + 50, MINUTE);

      assertThat(drawn).as(ring.toString()).doesNotHaveDuplicates();
      assertThat(before).as("those who came to the half that had the queue").isGreaterThan(150);
    }
  }

  /** Customers come to one node after the other, ten a second. */
  private void queueUp(SimulatedRing<TicketService> ring, int customers) {
    for (int i = 0; i < customers; i++) {
      ring.service(i * 7 % ring.size()).next("bakery").thenAccept(drawn::add);
      ring.run(BETWEEN_CUSTOMERS);
    }
  }
}
