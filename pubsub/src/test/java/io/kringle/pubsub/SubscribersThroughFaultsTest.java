package io.kringle.pubsub;

import static io.kringle.pubsub.Cluster.TOPIC;
import static org.assertj.core.api.Assertions.assertThat;

import io.kringle.pubsub.Cluster.Node;
import io.kringle.pubsub.Cluster.Outcome;
import io.kringle.pubsub.SubscribeOptions.Start;
import io.kringle.ring.Id;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/**
 * Subscribers that fall behind and catch up again and again, between pages of the ledger and what
 * comes live, while roots die, the ring is cut, and much is published: everyone who stays gets
 * every message once and in order.
 */
class SubscribersThroughFaultsTest {
  private static final int SEEDS = 12;
  private static final int SIZE = 12;
  private static final int ROUNDS = 60;

  private final List<Taker> takers = new ArrayList<>();
  private final List<Node> hosts = new ArrayList<>();

  private void subscribe(Cluster cluster, SplittableRandom random) {
    List<Node> live = cluster.live();
    Node host = live.get(random.nextInt(live.size()));
    Start from = random.nextBoolean() ? new Start.Oldest() : new Start.After(0);
    takers.add(host.subscribe(SubscribeOptions.DEFAULT.buffer(8, 100_000).from(from)));
    hosts.add(host);
  }

  private void someAreSlow(SplittableRandom random) {
    for (Taker taker : takers) {
      int luck = random.nextInt(6);
      if (luck == 0) {
        taker.holding();
      } else if (luck == 1) {
        taker.release();
      } else {
        taker.done(random.nextInt(12));
      }
    }
  }

  private static void fault(Cluster cluster, int round, SplittableRandom random) {
    if (round == 20) {
      cluster.simulation.kill(cluster.rootOf(TOPIC).peer.id());
    } else if (round == 30) {
      List<Id> ids = cluster.live().stream().map(node -> node.peer.id()).toList();
      int cut = 1 + random.nextInt(ids.size() - 1);
      cluster.simulation.network().partition(ids.subList(0, cut), ids.subList(cut, ids.size()));
    } else if (round == 40) {
      cluster.simulation.network().heal();
    } else if (round == 45) {
      cluster.addReal();
    }
  }

  private void run(long seed) {
    takers.clear();
    hosts.clear();
    Cluster cluster = Cluster.real(seed, SIZE);
    SplittableRandom random = new SplittableRandom(seed);
    cluster.ledgers.unreadable(0.1);
    List<Outcome<Messaging.Published>> published = new ArrayList<>();
    for (int round = 0; round < ROUNDS; round++) {
      fault(cluster, round, random);
      if (round % 5 == 0) {
        subscribe(cluster, random);
      }
      for (int i = random.nextInt(25); i > 0; i--) {
        published.add(
            cluster.live().get(random.nextInt(cluster.live().size())).publish(TOPIC, "text"));
      }
      someAreSlow(random);
      cluster.run(0.3);
    }
    takers.forEach(Taker::release);
    cluster.run(60);
    long last = published.stream().filter(each -> each.result != null).count();
    List<Long> all = LongStream.rangeClosed(1, last).boxed().toList();
    for (int i = 0; i < takers.size(); i++) {
      if (hosts.get(i).isUp() && takers.get(i).refusal() == null) {
        assertThat(takers.get(i).sequences).as("seed %d, taker %d", seed, i).isEqualTo(all);
      }
    }
    assertThat(last).isGreaterThan(2L * TopicsConfig.DEFAULT.historyMessages());
  }

  @Test
  void whoStaysGetsEveryMessageOnceAndInOrder() {
    LongStream.rangeClosed(1, SEEDS).forEach(this::run);
  }
}
