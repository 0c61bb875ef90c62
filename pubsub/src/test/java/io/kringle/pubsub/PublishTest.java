package io.kringle.pubsub;

import static io.kringle.pubsub.Cluster.TOPIC;
import static org.assertj.core.api.Assertions.assertThat;

import io.kringle.pubsub.Cluster.Listener;
import io.kringle.pubsub.Cluster.Node;
import io.kringle.pubsub.Cluster.Outcome;
import io.kringle.ring.Bytes;
import io.kringle.ring.Failure;
import io.kringle.ring.Id;
import io.kringle.ring.Result;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Publish and subscribe on rings that do not change. */
class PublishTest {
  private static final int MANY = 2 * TopicsConfig.DEFAULT.historyMessages();

  @Test
  void publishReachesEverySubscriberOnceThePublisherIncluded() {
    Cluster cluster = Cluster.fixed(1, 30);
    List<Listener> listeners = cluster.subscribeAll();
    Outcome<Messaging.Published> outcome = cluster.nodes.get(3).publish(TOPIC, "hello");
    cluster.run(1);
    assertThat(listeners)
        .allSatisfy(listener -> assertThat(listener.texts).containsExactly("hello"));
    assertThat(listeners)
        .allSatisfy(
            listener -> assertThat(listener.sequences).containsExactly(outcome.value().sequence()));
  }

  @Test
  void aHundredNodesSubscribeAtTheSameMoment() {
    Cluster cluster = Cluster.fixed(2, 100);
    List<Listener> listeners = cluster.subscribeAll();
    cluster.nodes.get(7).publish(TOPIC, "hello");
    cluster.run(2);
    assertThat(listeners)
        .allSatisfy(listener -> assertThat(listener.texts).containsExactly("hello"));
  }

  @Test
  void fanOutIsBoundedAndTheTreeIsShallow() {
    Cluster cluster = Cluster.fixed(3, 100, TopicsConfig.DEFAULT.withFanOut(3));
    List<Listener> listeners = cluster.subscribeAll();
    cluster.run(30);
    assertThat(cluster.nodes).allMatch(node -> node.topics.stats().children() <= 3);
    int edges = cluster.nodes.stream().mapToInt(node -> node.topics.stats().children()).sum();
    assertThat(edges).as("every node but the root is the child of exactly one").isEqualTo(99);
    long before = cluster.simulation.now();
    cluster.nodes.get(7).publish(TOPIC, "hello");
    cluster.simulation.runUntil(
        () -> listeners.stream().allMatch(listener -> listener.texts.size() == 1),
        Duration.ofSeconds(5));
    assertThat(listeners)
        .allSatisfy(listener -> assertThat(listener.texts).containsExactly("hello"));
    assertThat(cluster.simulation.now() - before)
        .as("nanoseconds for at most 12 hops of 20 ms")
        .isLessThan(240_000_000L);
  }

  @Test
  void everySubscriberSeesOneOrderOfWhatManyPublish() {
    Cluster cluster = Cluster.fixed(4, 20);
    List<Listener> listeners = cluster.subscribeAll();
    for (int i = 0; i < 200; i++) {
      cluster.nodes.get(i % 20).publish(TOPIC, "m" + i);
      cluster.run(0.003);
    }
    cluster.run(2);
    List<String> order = listeners.get(0).texts;
    assertThat(order).hasSize(200).doesNotHaveDuplicates();
    assertThat(listeners).allSatisfy(listener -> assertThat(listener.texts).isEqualTo(order));
    assertThat(listeners.get(0).sequences).isSorted().doesNotHaveDuplicates();
  }

  @Test
  void whatASubscriberPublishesFromWithinIsSeenInOneOrderByAll() {
    Cluster cluster = Cluster.fixed(5, 1);
    Node alone = cluster.nodes.get(0);
    Listener first = alone.subscribe(TOPIC);
    alone.topics.subscribe(
        TOPIC,
        event -> {
          if (event.payload().toUtf8().equals("question")) {
            alone.publish(TOPIC, "answer");
          }
        },
        result -> assertThat(result.isOk()).isTrue());
    Listener last = alone.subscribe(TOPIC);
    cluster.run(1);
    alone.publish(TOPIC, "question");
    cluster.run(1);
    assertThat(first.texts).containsExactly("question", "answer");
    assertThat(last.texts).containsExactly("question", "answer");
  }

  @Test
  void aSubscriberThatThrowsKeepsNobodyElseFromReceiving() {
    Cluster cluster = Cluster.fixed(6, 1);
    Node alone = cluster.nodes.get(0);
    alone.topics.subscribe(
        TOPIC,
        event -> {
          throw new IllegalArgumentException("boom");
        },
        result -> assertThat(result.isOk()).isTrue());
    Listener other = alone.subscribe(TOPIC);
    cluster.run(1);
    alone.publish(TOPIC, "hello");
    cluster.run(1);
    assertThat(other.texts).containsExactly("hello");
    assertThat(alone.topics.stats().failing()).isEqualTo(1);
  }

  @Test
  void unsubscribeStopsAndPrunesTheTree() {
    Cluster cluster = Cluster.fixed(7, 30);
    List<Listener> listeners = cluster.subscribeAll();
    List<String> ended = new ArrayList<>();
    for (Listener listener : listeners) {
      listener.cancel(() -> ended.add(listener.toString()));
      listener.cancel(() -> ended.add("again"));
    }
    cluster.run(3);
    cluster.nodes.get(0).publish(TOPIC, "too late");
    cluster.run(3);
    assertThat(ended).hasSize(60);
    assertThat(listeners).allSatisfy(listener -> assertThat(listener.texts).isEmpty());
    assertThat(cluster.nodes).allMatch(node -> node.topics.stats().children() == 0);
    cluster.run(120);
    assertThat(cluster.nodes)
        .as("the root forgets the topic")
        .allMatch(node -> node.topics.stats().topics() == 0);
  }

  @Test
  void aPublishWithoutSubscribersIsAcknowledgedAndSaysSo() {
    Cluster cluster = Cluster.fixed(8, 10);
    Outcome<Messaging.Published> first = cluster.nodes.get(0).publish(TOPIC, "one");
    cluster.run(1);
    Outcome<Messaging.Published> second = cluster.nodes.get(5).publish(TOPIC, "two");
    cluster.run(1);
    assertThat(first.value()).isEqualTo(new Messaging.Published(1, 0));
    assertThat(second.value()).isEqualTo(new Messaging.Published(2, 0));
  }

  @Test
  void whatIsPublishedAsSoonAsTheSubscriptionIsConfirmedIsNotMissed() {
    for (long seed = 1; seed <= 40; seed++) {
      Cluster cluster = Cluster.fixed(seed, 20);
      Node publisher = cluster.nodes.get((int) (seed % 20));
      List<Listener> listeners = new ArrayList<>();
      for (Node node : cluster.nodes) {
        Listener listener = new Listener(node);
        listeners.add(listener);
        node.topics.subscribe(
            TOPIC,
            listener,
            result -> {
              listener.subscribed(result);
              publisher.publish(TOPIC, "to " + node.peer.id().brief());
            });
      }
      cluster.run(5);
      assertThat(listeners)
          .as(cluster.toString())
          .allSatisfy(
              listener ->
                  assertThat(listener.texts).contains("to " + listener.node.peer.id().brief()));
    }
  }

  @Test
  void aPublishSaysHowManySubscribersThereAre() {
    Cluster cluster = Cluster.fixed(12, 30, TopicsConfig.DEFAULT.withFanOut(3));
    List<Listener> listeners = cluster.subscribeAll();
    cluster.run(15);
    Outcome<Messaging.Published> toAll = cluster.nodes.get(3).publish(TOPIC, "to all");
    cluster.run(1);
    assertThat(toAll.value()).isEqualTo(new Messaging.Published(1, 30));
    listeners.subList(0, 10).forEach(listener -> listener.cancel(() -> {}));
    cluster.run(15);
    Outcome<Messaging.Published> toMost = cluster.nodes.get(3).publish(TOPIC, "to most");
    cluster.run(1);
    assertThat(toMost.value()).isEqualTo(new Messaging.Published(2, 20));
  }

  /**
   * More than any node remembers, while one of the listeners is cut off; it has been for a while.
   */
  private static Listener publishBehindTheBackOfOne(Cluster cluster) {
    List<Listener> listeners = cluster.subscribeAll();
    Node root = cluster.rootOf(TOPIC);
    Listener away = listeners.stream().filter(each -> each.node != root).findFirst().orElseThrow();
    cluster.nodes.forEach(
        node -> cluster.simulation.network().cut(node.peer.id(), away.node.peer.id()));
    for (int i = 0; i < MANY; i++) {
      root.publish(TOPIC, "m" + i);
    }
    cluster.run(1);
    return away;
  }

  @Test
  void whoFallsFarBehindIsFilledFromTheLedger() {
    Cluster cluster = Cluster.fixed(13, 10);
    Listener away = publishBehindTheBackOfOne(cluster);
    cluster.simulation.network().heal();
    cluster.run(20);
    assertThat(away.sequences).isSorted().hasSize(MANY).doesNotHaveDuplicates();
  }

  @Test
  void whatIsKeptNoMoreIsCountedAsLost() {
    Cluster cluster = Cluster.fixed(14, 10);
    Listener away = publishBehindTheBackOfOne(cluster);
    cluster.ledgers.trim(Id.ofKey(TOPIC), 101);
    cluster.simulation.network().heal();
    cluster.run(20);
    assertThat(away.sequences).isSorted().hasSize(MANY - 100).doesNotHaveDuplicates();
    assertThat(away.node.topics.stats().lost()).isEqualTo(100);
  }

  @Test
  void limitsAreNamedAndNothingIsSilent() {
    Cluster cluster = Cluster.fixed(9, 3);
    Node node = cluster.nodes.get(0);
    Outcome<Messaging.Published> tooLarge = new Outcome<>();
    node.topics.publish(TOPIC, Bytes.of(new byte[(16 << 20) + 1]), tooLarge);
    Outcome<Messaging.Published> nameless = node.publish("", "x");
    cluster.run(1);
    assertThat(kind(tooLarge)).isEqualTo(Failure.Kind.TOO_LARGE);
    assertThat(kind(nameless)).isEqualTo(Failure.Kind.INVALID);
  }

  @Test
  void aSubscriptionThatCannotBeConfirmedFails() {
    Cluster cluster = Cluster.fixed(10, 5);
    Node root = cluster.rootOf(TOPIC);
    Node other = cluster.nodes.stream().filter(node -> node != root).findFirst().orElseThrow();
    cluster.ledgers.staysWith(root.peer);
    cluster.nodes.stream()
        .filter(node -> node != other)
        .forEach(node -> cluster.simulation.vanish(node.peer.id()));
    Listener listener = other.subscribe(TOPIC);
    cluster.run(15);
    assertThat(listener.subscriptions).hasSize(1).noneMatch(Result::isOk);
    assertThat(other.topics.stats().topics()).isZero();
  }

  /** The number of seeds that are tried with a faulty network. */
  private static final int SEEDS = 200;

  @Test
  void lossDuplicationAndReorderingLoseAndRepeatNothing() {
    IntStream.rangeClosed(1, SEEDS).forEach(this::withFaults);
  }

  private void withFaults(long seed) {
    Cluster cluster = Cluster.fixed(seed, 8, TopicsConfig.DEFAULT.withFanOut(2));
    cluster.simulation.network().lose(0.05);
    cluster.simulation.network().duplicate(0.05);
    cluster.simulation.network().reorder(0.05);
    List<Listener> listeners = cluster.subscribeAll();
    List<Outcome<Messaging.Published>> outcomes = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      outcomes.add(cluster.nodes.get(i % 8).publish(TOPIC, "m" + i));
      cluster.run(0.02);
    }
    cluster.run(25);
    assertThat(outcomes).as(cluster.toString()).allMatch(outcome -> outcome.value().sequence() > 0);
    List<String> order = listeners.get(0).texts;
    assertThat(order).as(cluster.toString()).hasSize(30).doesNotHaveDuplicates();
    assertThat(listeners)
        .as(cluster.toString())
        .allSatisfy(listener -> assertThat(listener.texts).isEqualTo(order));
  }

  private static Failure.Kind kind(Outcome<?> outcome) {
    Result<?> result = Objects.requireNonNull(outcome.result);
    return ((Result.Failed<?>) result).failure().kind();
  }
}
