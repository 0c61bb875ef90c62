package io.kringle.node.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.kringle.node.Kringle;
import io.kringle.node.TopicHandler;
import io.kringle.pubsub.GroupOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** A group on whole nodes: real ledgers lead, lose and find its place. */
final class SimulatedGroupsTest {
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final String TOPIC = "jobs";
  private static final int NODES = 8;

  /** Of the first so many none dies, and the members are there. */
  private static final int STAYING = 3;

  private final List<Long> handled = new ArrayList<>();
  private final TreeSet<Long> acknowledged = new TreeSet<>();

  /** Among those who die are dispatchers; no member dies or is cut off. */
  @Test
  void whileOthersDieEachMessageIsHandledOnce() {
    SimulatedRing.builder()
        .nodes(NODES)
        .forSeeds(
            1,
            8,
            ring -> {
              SimulatedGroupsTest test = new SimulatedGroupsTest();
              test.run(ring, false);
              assertThat(test.handled).as("seed " + ring.seed()).doesNotHaveDuplicates();
            });
  }

  /** Whoever is cut off or sleeps may have handled what another gets too; nothing is lost. */
  @Test
  void whateverHappensEachMessageIsHandled() {
    SimulatedRing.builder()
        .nodes(NODES)
        .forSeeds(20, 27, ring -> new SimulatedGroupsTest().run(ring, true));
  }

  private void run(SimulatedRing<Kringle> ring, boolean withCuts) {
    SplittableRandom random = new SplittableRandom(ring.seed());
    for (int node = 0; node < STAYING; node++) {
      TopicHandler handler = message -> handled.add(message.sequence());
      ring.get(ring.node(node).topics().join(TOPIC, "crew", handler, GroupOptions.DEFAULT), MINUTE);
    }
    for (int round = 0; round < 25; round++) {
      if (round % 5 == 4) {
        ring.heal();
      } else {
        fault(ring, random, withCuts);
      }
      for (int i = 0; i < 10; i++) {
        publish(ring.node(random.nextInt(STAYING)), "job " + round + "." + i);
        ring.run(Duration.ofMillis(50 + random.nextInt(250)));
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
    assertThat(acknowledged).as("acknowledged").hasSizeGreaterThan(30);
    assertThat(new TreeSet<>(handled)).as("seed " + ring.seed()).containsAll(acknowledged);
  }

  private static void fault(
      SimulatedRing<Kringle> ring, SplittableRandom random, boolean withCuts) {
    int dying = STAYING + random.nextInt(NODES - STAYING);
    switch (withCuts ? random.nextInt(6) : 0) {
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
        .thenAccept(published -> acknowledged.add(published.sequence()));
  }
}
