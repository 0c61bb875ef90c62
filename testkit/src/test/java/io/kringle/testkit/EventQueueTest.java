package io.kringle.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.kringle.ring.Endpoint;
import io.kringle.ring.Id;
import io.kringle.ring.Peer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** The queue against a list that is sorted anew each time. */
class EventQueueTest {
  private static final SimulatedNode NODE =
      new SimulatedNode(
          new Simulation(1, message -> message),
          new Peer(Id.ZERO, new Endpoint("host", 1), 1),
          new Clock(),
          new SplittableRandom(1));

  private static void nothing() {}

  @Property(tries = 30)
  void eventsComeByTimeThenByOrderAndCancelledOnesNever(@ForAll long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    EventQueue queue = new EventQueue();
    List<EventQueue.Event> model = new ArrayList<>();
    List<EventQueue.Event> every = new ArrayList<>();
    for (int i = 0; i < 5_000; i++) {
      int dice = random.nextInt(10);
      if (dice < 5) {
        EventQueue.Event event = queue.add(soonOrLate(random), NODE, EventQueueTest::nothing);
        model.add(event);
        every.add(event);
      } else if (dice < 9 && !every.isEmpty()) {
        EventQueue.Event event = every.get(random.nextInt(every.size()));
        queue.cancel(event);
        model.remove(event);
      } else if (!model.isEmpty()) {
        model.sort(Comparator.naturalOrder());
        assertThat(queue.take()).isSameAs(model.remove(0));
      }
      long next = model.stream().mapToLong(EventQueue.Event::at).min().orElse(Long.MAX_VALUE);
      assertThat(queue.nextAt()).isEqualTo(next);
    }
  }

  /** From some nanoseconds to some minutes; often equal. */
  private static long soonOrLate(SplittableRandom random) {
    int magnitude = random.nextInt(38);
    return (1L << magnitude) + random.nextInt(3) * (1L << magnitude / 2);
  }

  @Test
  void cancelledTimersDoNotPileUp() {
    EventQueue queue = new EventQueue();
    queue.add(0, NODE, EventQueueTest::nothing);
    for (int i = 0; i < 100_000; i++) {
      queue.cancel(queue.add(Duration.ofHours(1).toNanos() + i, NODE, EventQueueTest::nothing));
    }
    assertThat(queue.size()).isLessThan(3_000);
  }
}
