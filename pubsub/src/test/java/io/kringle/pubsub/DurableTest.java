package io.kringle.pubsub;

import static io.kringle.pubsub.Cluster.TOPIC;
import static org.assertj.core.api.Assertions.assertThat;

import io.kringle.pubsub.Cluster.Node;
import io.kringle.pubsub.Cluster.Outcome;
import io.kringle.pubsub.SubscribeOptions.Start;
import io.kringle.replication.Ledgers;
import io.kringle.ring.Endpoint;
import io.kringle.ring.Failure;
import io.kringle.ring.Id;
import io.kringle.ring.Peer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Durable subscriptions keep their place, whoever dies, and have one holder. */
class DurableTest {
  private static final SubscribeOptions DURABLE = SubscribeOptions.DEFAULT.durable("mine");

  private static List<Long> numbers(long first, long last) {
    return LongStream.rangeClosed(first, last).boxed().toList();
  }

  private static void publish(Cluster cluster, int count) {
    for (int i = 0; i < count; i++) {
      cluster.nodes.get(0).publish(TOPIC, "text");
    }
    cluster.run(0.5);
  }

  @Test
  void whoComesBackGoesOnWhereItWas() {
    Cluster cluster = Cluster.fixed(1, 5);
    Taker first = cluster.nodes.get(1).subscribe(DURABLE).confirmed();
    publish(cluster, 10);
    first.cancel();
    publish(cluster, 10);
    Taker second = cluster.nodes.get(3).subscribe(DURABLE).confirmed();
    publish(cluster, 10);
    cluster.run(2);
    assertThat(first.sequences).isEqualTo(numbers(1, 10));
    assertThat(second.sequences).isEqualTo(numbers(11, 30));
    assertThat(first.ends).isEmpty();
  }

  @Test
  void whatItWasNotDoneWithComesAgain() {
    Cluster cluster = Cluster.fixed(2, 5);
    Taker first = cluster.nodes.get(1).subscribe(DURABLE).confirmed().holding();
    publish(cluster, 10);
    first.done(4);
    first.cancel();
    cluster.run(1);
    Taker second = cluster.nodes.get(3).subscribe(DURABLE).confirmed();
    cluster.run(2);
    assertThat(second.sequences).isEqualTo(numbers(5, 10));
  }

  @Test
  void aCrashRepeatsAtMostASecondOr256Messages() {
    Cluster cluster = Cluster.fixed(3, 5);
    Node dying =
        cluster.nodes.stream()
            .filter(node -> node != cluster.rootOf(TOPIC))
            .findFirst()
            .orElseThrow();
    Node other = cluster.nodes.stream().filter(node -> node != dying).findFirst().orElseThrow();
    Taker first = dying.subscribe(DURABLE).confirmed();
    for (int i = 0; i < 300; i++) {
      other.publish(TOPIC, "text");
    }
    cluster.run(3);
    other.publish(TOPIC, "text");
    cluster.run(0.2);
    assertThat(first.sequences).isEqualTo(numbers(1, 301));
    cluster.simulation.vanish(dying.peer.id());
    Taker second = other.subscribe(DURABLE).confirmed();
    cluster.run(2);
    assertThat(second.sequences).containsExactly(301L);
  }

  @Test
  void aCrashWithinASecondRepeatsNoMoreThan256() {
    Cluster cluster = Cluster.fixed(9, 5);
    Node root = cluster.rootOf(TOPIC);
    Node dying = cluster.nodes.stream().filter(node -> node != root).findFirst().orElseThrow();
    Taker first = dying.subscribe(DURABLE).confirmed();
    for (int i = 0; i < 300; i++) {
      root.publish(TOPIC, "text");
    }
    cluster.run(0.4);
    assertThat(first.sequences).isEqualTo(numbers(1, 300));
    cluster.simulation.vanish(dying.peer.id());
    Taker second = root.subscribe(DURABLE).confirmed();
    cluster.run(2);
    assertThat(second.sequences).isEqualTo(numbers(257, 300));
  }

  @Test
  void whatIsPublishedAfterTheFirstConfirmationIsNotLostByACrashRightThen() {
    Cluster cluster = Cluster.fixed(4, 5);
    publish(cluster, 3);
    Node dying =
        cluster.nodes.stream()
            .filter(node -> node != cluster.rootOf(TOPIC))
            .findFirst()
            .orElseThrow();
    Node other = cluster.nodes.stream().filter(node -> node != dying).findFirst().orElseThrow();
    Taker first = dying.subscribe(DURABLE).confirmed();
    cluster.simulation.vanish(dying.peer.id());
    other.publish(TOPIC, "text");
    cluster.run(1);
    Taker second = other.subscribe(DURABLE).confirmed();
    cluster.run(2);
    assertThat(first.sequences).isEmpty();
    assertThat(second.sequences).isEqualTo(numbers(4, 4));
  }

  @Test
  void whoeverTakesItEndsTheFormerOneHereOrElsewhere() {
    Cluster cluster = Cluster.fixed(5, 5);
    List<Taker> takers = new ArrayList<>();
    for (int node : List.of(1, 1, 2, 2, 1)) {
      takers.add(cluster.nodes.get(node).subscribe(DURABLE).confirmed());
      publish(cluster, 5);
      cluster.run(2);
    }
    for (int i = 0; i < takers.size(); i++) {
      assertThat(takers.get(i).sequences).isEqualTo(numbers(5L * i + 1, 5L * i + 5));
      assertThat(takers.get(i).ends)
          .extracting(Failure::kind)
          .isEqualTo(i == takers.size() - 1 ? List.of() : List.of(Failure.Kind.REFUSED));
    }
    assertThat(cluster.nodes.get(1).topics.stats().subscribers()).isEqualTo(1);
  }

  @Test
  void aFormerHolderThatIsNotToldFindsOutByItself() {
    for (boolean isBusy : List.of(true, false)) {
      Cluster cluster = Cluster.fixed(6, 5);
      Node one = cluster.nodes.get(1);
      Node two = cluster.nodes.get(2);
      Taker first = one.subscribe(DURABLE).confirmed();
      cluster.simulation.network().cut(two.peer.id(), one.peer.id());
      Taker second = two.subscribe(DURABLE).confirmed();
      cluster.run(1);
      assertThat(first.ends).isEmpty();
      if (isBusy) {
        publish(cluster, 5);
        cluster.run(20);
      } else {
        cluster.run(40);
      }
      assertThat(first.ends).hasSize(1);
      publish(cluster, 5);
      cluster.run(20);
      assertThat(second.sequences).isEqualTo(numbers(1, isBusy ? 10 : 5));
      assertThat(second.ends).isEmpty();
    }
  }

  @Test
  void whatIsForgottenEndsAndBeginsAnew() {
    Cluster cluster = Cluster.fixed(7, 5);
    Taker first = cluster.nodes.get(1).subscribe(DURABLE).confirmed();
    publish(cluster, 5);
    cluster.run(2);
    Outcome<Boolean> none = new Outcome<>();
    cluster.nodes.get(2).topics.forget(TOPIC, "another", none);
    Outcome<Boolean> mine = new Outcome<>();
    cluster.nodes.get(2).topics.forget(TOPIC, "mine", mine);
    cluster.run(2);
    assertThat(none.value()).isFalse();
    assertThat(mine.value()).isTrue();
    assertThat(first.ends).hasSize(1);
    publish(cluster, 5);
    Outcome<Boolean> again = new Outcome<>();
    cluster.nodes.get(2).topics.forget(TOPIC, "mine", again);
    Taker anew = cluster.nodes.get(3).subscribe(DURABLE).confirmed();
    publish(cluster, 5);
    cluster.run(2);
    assertThat(again.value()).isFalse();
    assertThat(anew.sequences).isEqualTo(numbers(11, 15));
    anew.cancel();
    cluster.run(1);
    publish(cluster, 1);
    Taker last = cluster.nodes.get(1).subscribe(DURABLE).confirmed();
    cluster.run(1);
    assertThat(last.sequences).as("and it keeps its place as before").isEqualTo(numbers(16, 16));
  }

  @Test
  void whoKnowsBetterWhatItHasGotSaysSo() {
    Cluster cluster = Cluster.fixed(8, 5);
    Taker first = cluster.nodes.get(1).subscribe(DURABLE).confirmed();
    publish(cluster, 10);
    first.cancel();
    cluster.run(1);
    SubscribeOptions given = DURABLE.from(new Start.After(2));
    Taker second = cluster.nodes.get(1).subscribe(given).confirmed();
    SubscribeOptions resuming = DURABLE.from(new Start.Resume(7));
    Taker third = cluster.nodes.get(1).subscribe(resuming).confirmed();
    cluster.run(1);
    assertThat(second.sequences).isEmpty();
    assertThat(third.sequences).isEqualTo(numbers(8, 10));
  }

  /** Wherever it is taken and whatever dies, nothing is skipped. */
  @Test
  void noMessageIsLostWhoeverHoldsIt() {
    for (long seed = 1; seed <= 15; seed++) {
      Cluster cluster = Cluster.real(seed, 10);
      SplittableRandom random = new SplittableRandom(seed);
      cluster.ledgers.unreadable(0.1);
      List<Taker> takers = new ArrayList<>();
      takers.add(cluster.live().get(0).subscribe(DURABLE).confirmed());
      int published = 0;
      for (int round = 0; round < 25; round++) {
        List<Node> live = cluster.live();
        Node some = live.get(random.nextInt(live.size()));
        if (random.nextInt(3) == 0) {
          takers.add(some.subscribe(DURABLE));
        } else if (random.nextInt(4) == 0 && live.size() > 5) {
          cluster.simulation.kill(some.peer.id());
        } else if (random.nextInt(3) == 0) {
          takers.get(takers.size() - 1).holding();
        }
        for (int i = random.nextInt(20); i > 0; i--) {
          cluster.live().get(0).publish(TOPIC, "text");
          published++;
        }
        cluster.run(0.2 + random.nextInt(3));
      }
      takers.forEach(Taker::release);
      // Whoever still waits for it takes it, or has given up.
      cluster.run(15);
      takers.add(cluster.live().get(0).subscribe(DURABLE).confirmed());
      cluster.run(30);
      TreeSet<Long> all = new TreeSet<>();
      takers.forEach(taker -> all.addAll(taker.sequences));
      assertThat(all).as(cluster.toString()).hasSize((int) (long) all.last());
      assertThat(all.last()).isGreaterThan(published / 2);
      assertThat(takers.get(takers.size() - 1).ends).isEmpty();
    }
  }

  private static Ledgers.Item item(long sequence, long term, long place, Peer holder) {
    return new Ledgers.Item(sequence, new Mark(term, place, holder).encode());
  }

  @Test
  void marksAddUp() {
    Peer a = new Peer(Id.MAX, new Endpoint("::1", 1), -1);
    Peer b = new Peer(Id.ZERO, new Endpoint("host", 2), 7);
    assertThat(Mark.decode(new Mark(3, 4, a).encode())).isEqualTo(new Mark(3, 4, a));
    List<Ledgers.Item> items = new ArrayList<>();
    items.add(item(4, Mark.TAKING, 10, a));
    items.add(item(5, Mark.TAKING, 10, b));
    items.add(item(6, 4, 30, a));
    items.add(item(7, 5, 20, b));
    Standing standing = Standing.of(new Ledgers.Page(4, 7, items));
    assertThat(standing).isEqualTo(new Standing(7, 5, Optional.of(30L), Optional.of(b)));
    items.add(item(8, Mark.TAKING, Mark.FORGOTTEN, a));
    items.add(item(9, 5, 40, b));
    standing = Standing.of(new Ledgers.Page(4, 9, items));
    assertThat(standing.place()).isEmpty();
    assertThat(standing.term()).isEqualTo(8);
  }
}
