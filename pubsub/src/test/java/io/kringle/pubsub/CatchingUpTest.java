package io.kringle.pubsub;

import static io.kringle.pubsub.Cluster.TOPIC;
import static org.assertj.core.api.Assertions.assertThat;

import io.kringle.pubsub.Cluster.Node;
import io.kringle.pubsub.SubscribeOptions.Start;
import io.kringle.ring.Failure;
import io.kringle.ring.Id;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Subscribers that begin in the past come to the present without gap or repetition. */
class CatchingUpTest {
  private static final SubscribeOptions OLDEST = SubscribeOptions.DEFAULT.from(new Start.Oldest());

  /** More than a node remembers. */
  private static final int MANY = 2 * TopicsConfig.DEFAULT.historyMessages();

  private static SubscribeOptions after(long sequence) {
    return SubscribeOptions.DEFAULT.from(new Start.After(sequence));
  }

  private static List<Long> numbers(long first, long last) {
    return LongStream.rangeClosed(first, last).boxed().toList();
  }

  private static void publish(Node node, int count) {
    for (int i = 0; i < count; i++) {
      node.publish(TOPIC, "text");
    }
  }

  @Test
  void whoWantsEverythingGetsWhatWasThereAndWhatComesMeanwhile() {
    for (long seed = 1; seed <= 30; seed++) {
      Cluster cluster = Cluster.fixed(seed, 8, TopicsConfig.DEFAULT.withFanOut(2));
      cluster.simulation.network().lose(0.03);
      cluster.simulation.network().reorder(0.05);
      cluster.ledgers.unreadable(0.2);
      publish(cluster.nodes.get(0), MANY);
      cluster.run(1);
      List<Taker> takers = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        if (i % 10 == 0) {
          takers.add(cluster.nodes.get(i % 8).subscribe(OLDEST));
        }
        publish(cluster.nodes.get(i % 8), 3);
        cluster.run(0.02);
      }
      cluster.run(40);
      assertThat(takers)
          .as(cluster.toString())
          .allSatisfy(taker -> assertThat(taker.sequences).isEqualTo(numbers(1, MANY + 300)));
    }
  }

  @Test
  void whoNamesANumberGetsWhatComesAfterIt() {
    Cluster cluster = Cluster.fixed(31, 5);
    publish(cluster.nodes.get(0), MANY);
    cluster.run(1);
    List<Taker> takers = new ArrayList<>();
    for (long number : List.of(0L, 1L, 300L, MANY - 1L)) {
      takers.add(cluster.nodes.get(1).subscribe(after(number)).confirmed());
    }
    publish(cluster.nodes.get(2), 10);
    cluster.run(5);
    assertThat(takers.get(0).sequences).isEqualTo(numbers(1, MANY + 10));
    assertThat(takers.get(1).sequences).isEqualTo(numbers(2, MANY + 10));
    assertThat(takers.get(2).sequences).isEqualTo(numbers(301, MANY + 10));
    assertThat(takers.get(3).sequences).isEqualTo(numbers(MANY, MANY + 10));
  }

  @Test
  void whoNamesANumberThatDoesNotExistYetBeginsNow() {
    Cluster cluster = Cluster.fixed(32, 5);
    publish(cluster.nodes.get(0), 10);
    cluster.run(1);
    Taker latest = cluster.nodes.get(1).subscribe(after(10)).confirmed();
    Taker future = cluster.nodes.get(2).subscribe(after(1_000)).confirmed();
    publish(cluster.nodes.get(3), 5);
    cluster.run(5);
    assertThat(List.of(latest, future))
        .allSatisfy(taker -> assertThat(taker.sequences).isEqualTo(numbers(11, 15)));
  }

  @Test
  void whatIsNotKeptAnyMoreIsSaid() {
    Cluster cluster = Cluster.fixed(33, 5);
    publish(cluster.nodes.get(0), 200);
    cluster.run(1);
    cluster.ledgers.trim(Id.ofKey(TOPIC), 101);
    Taker number = cluster.nodes.get(1).subscribe(after(20)).confirmed();
    Taker oldest = cluster.nodes.get(2).subscribe(OLDEST).confirmed();
    Taker almost = cluster.nodes.get(3).subscribe(after(99)).confirmed();
    cluster.run(5);
    assertThat(almost.missed).containsExactly(new Messaging.Missed(TOPIC, 100, 1));
    assertThat(number.missed).containsExactly(new Messaging.Missed(TOPIC, 21, 80));
    assertThat(oldest.missed).isEmpty();
    assertThat(List.of(number, oldest, almost))
        .allSatisfy(taker -> assertThat(taker.sequences).isEqualTo(numbers(101, 200)));
    assertThat(cluster.nodes.get(1).topics.stats().skipped()).isEqualTo(80);
  }

  @Test
  void thatNothingIsKeptAnyMoreIsSaidWithoutAMessageToFollow() {
    Cluster cluster = Cluster.fixed(34, 5);
    publish(cluster.nodes.get(0), 200);
    cluster.run(1);
    cluster.ledgers.trim(Id.ofKey(TOPIC), 201);
    Taker taker = cluster.nodes.get(1).subscribe(after(150)).confirmed();
    cluster.run(5);
    assertThat(taker.missed).containsExactly(new Messaging.Missed(TOPIC, 151, 50));
    publish(cluster.nodes.get(0), 1);
    cluster.run(5);
    assertThat(taker.sequences).containsExactly(201L);
  }

  @Test
  void whoWasCutOffIsToldWhatIsKeptNoMoreWithoutAMessageToFollow() {
    Cluster cluster = Cluster.fixed(38, 10);
    Node root = cluster.rootOf(TOPIC);
    Node away = cluster.nodes.stream().filter(node -> node != root).findFirst().orElseThrow();
    Taker taker = away.subscribe(SubscribeOptions.DEFAULT).confirmed();
    cluster.nodes.forEach(node -> cluster.simulation.network().cut(node.peer.id(), away.peer.id()));
    publish(root, MANY);
    cluster.run(1);
    cluster.ledgers.trim(Id.ofKey(TOPIC), MANY + 1);
    cluster.simulation.network().heal();
    cluster.run(20);
    assertThat(taker.sequences).isEmpty();
    assertThat(taker.missed).containsExactly(new Messaging.Missed(TOPIC, 1, MANY));
  }

  @Test
  void nobodyIsConfirmedBeforeTheLedgerWasRead() {
    Cluster cluster = Cluster.fixed(35, 5);
    publish(cluster.nodes.get(0), 10);
    cluster.run(1);
    cluster.ledgers.unreadable(1);
    Taker patient = cluster.nodes.get(1).subscribe(OLDEST);
    cluster.run(8);
    assertThat(patient.isConfirmed()).isFalse();
    Taker late = cluster.nodes.get(1).subscribe(OLDEST);
    cluster.ledgers.unreadable(0);
    patient.confirmed();
    late.confirmed();
    cluster.ledgers.unreadable(1);
    Taker refused = cluster.nodes.get(1).subscribe(OLDEST);
    cluster.run(11);
    assertThat(refused.refusal()).isEqualTo(Failure.Kind.TIMEOUT);
    assertThat(patient.sequences).isEqualTo(numbers(1, 10)).isEqualTo(late.sequences);
  }

  @Test
  void whatIsPublishedUponTheConfirmationIsNotMissed() {
    for (long seed = 1; seed <= 20; seed++) {
      Cluster cluster = Cluster.fixed(seed, 10, TopicsConfig.DEFAULT.withFanOut(2));
      publish(cluster.nodes.get(0), 60);
      cluster.run(0.1);
      List<Taker> takers = new ArrayList<>();
      for (Node node : cluster.nodes) {
        Taker taker = node.subscribe(after(40)).confirmed();
        takers.add(taker);
        publish(node, 1);
      }
      cluster.run(5);
      assertThat(takers)
          .as(cluster.toString())
          .allSatisfy(taker -> assertThat(taker.sequences).isEqualTo(numbers(41, 70)));
    }
  }

  @Test
  void whoIsCancelledWhileItReadsReceivesNothingMore() {
    Cluster cluster = Cluster.fixed(36, 3);
    publish(cluster.nodes.get(0), MANY);
    cluster.run(1);
    Taker taker = cluster.nodes.get(1).subscribe(OLDEST).confirmed();
    cluster.simulation.runUntil(
        () -> taker.sequences.size() >= 50, java.time.Duration.ofSeconds(5));
    int before = taker.sequences.size();
    taker.cancel();
    cluster.run(5);
    assertThat(taker.sequences).hasSize(before).hasSizeLessThan(MANY);
    assertThat(cluster.nodes.get(1).topics.stats().subscribers()).isZero();
  }

  /**
   * Where the numbers of a ledger that lost its end come again, those who had them get them again.
   */
  @Test
  void aLedgerThatHasLostItsEndIsFollowedFromThere() {
    Cluster cluster = Cluster.fixed(37, 1);
    Node alone = cluster.nodes.get(0);
    List<Long> sequences = new ArrayList<>();
    alone.topics.subscribe(TOPIC, event -> sequences.add(event.sequence()), result -> {});
    publish(alone, 10);
    cluster.run(1);
    cluster.ledgers.unsettled(true);
    cluster.run(2);
    cluster.ledgers.cutTo(Id.ofKey(TOPIC), 6);
    cluster.ledgers.unsettled(false);
    cluster.run(2);
    publish(alone, 3);
    cluster.run(2);
    assertThat(sequences).isEqualTo(List.of(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L, 10L, 7L, 8L, 9L));
  }
}
