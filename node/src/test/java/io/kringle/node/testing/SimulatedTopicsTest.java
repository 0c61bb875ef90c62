package io.kringle.node.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.kringle.node.Kringle;
import io.kringle.node.TopicMessage;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Topics on whole nodes, while some of these die, sleep and are cut off. */
final class SimulatedTopicsTest {
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final String TOPIC = "news";
  private static final int NODES = 8;

  /** Of the first so many none dies; they are cut off and sleep like the others. */
  private static final int STAYING = 3;

  private final List<List<TopicMessage>> received = new ArrayList<>();
  private final Map<Long, String> acknowledged = new TreeMap<>();

  @Test
  void whoStaysGetsEachAcknowledgedMessageOnceAndInOrder() {
    SimulatedRing.builder()
        .nodes(NODES)
        .forSeeds(1, 12, ring -> new SimulatedTopicsTest().withFaults(ring));
  }

  private void withFaults(SimulatedRing<Kringle> ring) {
    SplittableRandom random = new SplittableRandom(ring.seed());
    for (int node = 0; node < STAYING; node++) {
      List<TopicMessage> heard = new ArrayList<>();
      received.add(heard);
      ring.get(ring.node(node).topics().subscribe(TOPIC, heard::add), MINUTE);
    }
    for (int round = 0; round < 30; round++) {
      fault(ring, random);
      for (int i = 0; i < 10; i++) {
        publish(ring.node(random.nextInt(STAYING)), "message " + round + "." + i);
        ring.run(Duration.ofMillis(50 + random.nextInt(150)));
      }
    }
    ring.heal();
    for (int node = STAYING; node < NODES; node++) {
      if (!ring.isUp(node)) {
        ring.restart(node);
      }
    }
    ring.await(ring::isWhole, MINUTE.multipliedBy(3));
    ring.run(MINUTE);
    check();
  }

  private void fault(SimulatedRing<Kringle> ring, SplittableRandom random) {
    int dying = STAYING + random.nextInt(NODES - STAYING);
    switch (random.nextInt(6)) {
      case 0, 1 -> {
        if (ring.isUp(dying)) {
          ring.crash(dying);
        } else {
          ring.restart(dying);
        }
      }
      case 2 -> ring.pause(random.nextInt(STAYING), Duration.ofSeconds(1 + random.nextInt(8)));
      case 3 -> ring.cut(random.nextInt(NODES), random.nextInt(NODES));
      case 4 -> ring.cutInHalf();
      default -> ring.heal();
    }
  }

  private void publish(Kringle node, String text) {
    node.topics()
        .publish(TOPIC, text)
        .thenAccept(
            published ->
                assertThat(acknowledged.put(published.sequence(), text))
                    .as("number %s", published.sequence())
                    .isNull());
  }

  private void check() {
    assertThat(acknowledged).as("acknowledged").hasSizeGreaterThan(30);
    for (List<TopicMessage> each : received) {
      assertThat(each)
          .extracting(TopicMessage::sequence)
          .as("in order, once")
          .isSorted()
          .doesNotHaveDuplicates();
      Map<Long, String> heard = new TreeMap<>();
      each.forEach(message -> heard.put(message.sequence(), text(message)));
      assertThat(heard).as("nothing is missing").containsAllEntriesOf(acknowledged);
      assertThat(heard.values()).as("nothing was published twice").doesNotHaveDuplicates();
    }
  }

  private static String text(TopicMessage message) {
    return new String(message.payload(), StandardCharsets.UTF_8);
  }
}
