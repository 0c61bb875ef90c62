package io.kringle.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.kringle.ring.Id;
import io.kringle.routing.TestRing.Answers;
import io.kringle.routing.TestRing.Node;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Rowstron, Druschel 2001, section 2.4: fewer than log16 N hops on average. */
class ThousandNodesTest {

  @Test
  void inARingOfAThousandNodesEveryRequestArrivesWithinLessThanThreeHopsOnAverage() {
    TestRing ring = new TestRing(1, TestRing.ids(1, 1_000), RouterConfig.DEFAULT, false);
    ring.fillTables();
    ring.nodes.forEach(Node::echo);
    List<Answers> answers = new ArrayList<>();
    List<Id> keys = TestRing.ids(2, 5_000);
    for (int i = 0; i < keys.size(); i++) {
      answers.add(ring.nodes.get(i % 1_000).ask(keys.get(i), "word " + i));
    }
    ring.run(Duration.ofSeconds(2));
    assertThat(answers).allMatch(each -> each.all.size() == 1 && each.only().isOk());
    for (Id key : keys) {
      assertThat(ring.owner(key).deliveries).anyMatch(delivery -> delivery.key().equals(key));
    }
    double hops =
        ring.nodes.stream()
            .flatMap(node -> node.deliveries.stream())
            .mapToInt(Delivery::hops)
            .average()
            .orElseThrow();
    assertThat(hops).isBetween(1.5, 3.0);
    assertThat(ring.nodes).allMatch(node -> node.router.stats().lost() == 0);
    assertThat(ring.nodes).allMatch(node -> node.router.stats().rerouted() == 0);
    ring.nodes.forEach(node -> node.router.checkInvariants());
  }
}
