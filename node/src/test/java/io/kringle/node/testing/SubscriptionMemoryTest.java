package io.kringle.node.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.kringle.node.Kringle;
import io.kringle.node.TopicSubscription;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** What subscriptions cost of the heap, once they have caught up and are idle. */
final class SubscriptionMemoryTest {
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final int TOPICS = 1_000;
  private static final int OF_EACH = 100;
  private static final long MOST_BYTES = 100L * 1_000_000;

  private final AtomicLong heard = new AtomicLong();

  private static long usedHeap() {
    for (int i = 0; i < 3; i++) {
      ManagementFactory.getMemoryMXBean().gc();
    }
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  private void subscribe(SimulatedRing<Kringle> ring, String topic) {
    List<CompletionStage<TopicSubscription>> opening = new ArrayList<>();
    for (int i = 0; i < OF_EACH; i++) {
      opening.add(ring.node(0).topics().subscribe(topic, message -> heard.incrementAndGet()));
    }
    opening.forEach(stage -> ring.get(stage, SOON));
  }

  @Test
  void aHundredThousandOverAThousandTopicsNeedLessThan100Megabytes() {
    try (SimulatedRing<Kringle> ring = SimulatedRing.builder().nodes(1).seed(3).start()) {
      long before = usedHeap();
      for (int topic = 0; topic < TOPICS; topic++) {
        subscribe(ring, "topic " + topic);
        ring.get(ring.node(0).topics().publish("topic " + topic, "text"), SOON);
      }
      ring.run(SOON);
      assertThat(heard.get()).isEqualTo((long) TOPICS * OF_EACH);
      long used = usedHeap() - before;
      System.out.printf("%d subscriptions: %d bytes%n", TOPICS * OF_EACH, used);
      assertThat(used).isLessThan(MOST_BYTES);
      assertThat(ring.node(0).id()).hasSize(40);
    }
  }
}
