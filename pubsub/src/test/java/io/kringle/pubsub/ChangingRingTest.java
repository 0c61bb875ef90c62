package io.kringle.pubsub;

import static io.kringle.pubsub.AnycastOptions.Order.RANDOM;
import static io.kringle.pubsub.Cluster.TOPIC;
import static org.assertj.core.api.Assertions.assertThat;

import io.kringle.pubsub.Cluster.Listener;
import io.kringle.pubsub.Cluster.Node;
import io.kringle.pubsub.Cluster.Outcome;
import io.kringle.ring.Bytes;
import io.kringle.ring.Id;
import io.kringle.ring.Result;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Topics over the real ring and the real router, while nodes come and go. */
class ChangingRingTest {

  private static List<Listener> staying(List<Listener> listeners) {
    return listeners.stream().filter(listener -> listener.node.isUp()).toList();
  }

  private static void assertAllGot(Cluster cluster, List<Listener> listeners, List<String> texts) {
    assertThat(staying(listeners))
        .as(cluster.toString())
        .allSatisfy(
            listener -> {
              assertThat(listener.texts).doesNotHaveDuplicates().containsAll(texts);
              assertThat(listener.sequences).isSorted().doesNotHaveDuplicates();
            });
  }

  /** Publishes for a while from nodes that stay; the texts that were acknowledged. */
  private static List<String> publish(
      Cluster cluster, String prefix, int count, Runnable inTheMiddle) {
    List<Outcome<Messaging.Published>> outcomes = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      if (i == count / 2) {
        inTheMiddle.run();
      }
      List<Node> live = cluster.live();
      outcomes.add(live.get(i % live.size()).publish(TOPIC, prefix + i));
      cluster.run(0.05);
    }
    cluster.run(30);
    List<String> acknowledged = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      if (outcomes.get(i).result instanceof Result.Ok) {
        acknowledged.add(prefix + i);
      }
    }
    return acknowledged;
  }

  @Test
  void anInteriorNodeDiesAndThoseBelowMissNothing() {
    for (long seed = 1; seed <= 10; seed++) {
      Cluster cluster = Cluster.real(seed, 24);
      List<Listener> listeners = cluster.subscribeAll();
      Node root = cluster.rootOf(TOPIC);
      Node interior =
          cluster.nodes.stream()
              .filter(node -> node != root && node.topics.stats().children() > 0)
              .findFirst()
              .orElseThrow();
      List<String> texts =
          publish(cluster, "m", 40, () -> cluster.simulation.kill(interior.peer.id()));
      assertThat(texts).as(cluster.toString()).hasSizeGreaterThanOrEqualTo(38);
      assertAllGot(cluster, listeners, texts);
    }
  }

  @Test
  void anotherNodeBecomesTheRootAndNobodySaysThatThereAreNoSubscribers() {
    for (long seed = 1; seed <= 20; seed++) {
      Cluster cluster = Cluster.real(seed, 4);
      cluster.awaitConfirmed(List.of(cluster.nodes.get(0).subscribe(TOPIC)));
      List<Outcome<Bytes>> outcomes = new ArrayList<>();
      for (int i = 0; i < 12; i++) {
        outcomes.add(
            cluster.addReal().anycast(TOPIC, "work " + i, AnycastOptions.DEFAULT.inOrder(RANDOM)));
      }
      cluster.run(20);
      assertThat(outcomes)
          .as(cluster.toString())
          .allMatch(outcome -> outcome.value().toUtf8().equals("done"));
    }
  }

  @Test
  void theRootDiesAndTheNextOneGoesOnAboveItsNumbers() {
    for (long seed = 1; seed <= 20; seed++) {
      Cluster cluster = Cluster.real(seed, 16);
      List<Listener> listeners = cluster.subscribeAll();
      Node root = cluster.rootOf(TOPIC);
      List<String> before = publish(cluster, "before", 10, () -> {});
      cluster.simulation.kill(root.peer.id());
      List<String> after = publish(cluster, "after", 40, () -> {});
      assertThat(cluster.rootOf(TOPIC)).isNotEqualTo(root);
      assertThat(after).as(cluster.toString()).hasSizeGreaterThanOrEqualTo(30);
      assertAllGot(cluster, listeners, before);
      assertAllGot(cluster, listeners, after);
    }
  }

  @Test
  void theRootDiesWithoutAWordInTheMiddleOfPublishing() {
    for (long seed = 1; seed <= 10; seed++) {
      Cluster cluster = Cluster.real(seed, 16);
      List<Listener> listeners = cluster.subscribeAll();
      Node root = cluster.rootOf(TOPIC);
      List<String> texts =
          publish(cluster, "m", 60, () -> cluster.simulation.vanish(root.peer.id()));
      assertThat(texts).as(cluster.toString()).hasSizeGreaterThan(40);
      assertAllGot(cluster, listeners, texts);
    }
  }

  /** Whoever owns the topic once its root is gone. */
  private static Node heirOf(Cluster cluster) {
    Node root = cluster.rootOf(TOPIC);
    Id heir = root.ring.leafSet().without(root.peer.id()).closest(Id.ofKey(TOPIC), 2).get(1).id();
    return cluster.nodes.stream()
        .filter(node -> node.peer.id().equals(heir))
        .findFirst()
        .orElseThrow();
  }

  /**
   * Four subscribers that hang below the root, not below its heir, which knows nothing of the
   * topic.
   */
  private static List<Listener> subscribeAwayFrom(Cluster cluster, Node root, Node heir) {
    List<Listener> listeners = new ArrayList<>();
    cluster.nodes.stream()
        .filter(node -> node != root && node != heir)
        .limit(4)
        .forEach(node -> listeners.add(node.subscribe(TOPIC)));
    cluster.awaitConfirmed(listeners);
    assertThat(heir.topics.stats().topics()).as(cluster.toString()).isZero();
    return listeners;
  }

  @Test
  void aRootThatWasNeverInTheTreeGoesOnAboveTheNumbersOfItsPredecessor() {
    for (long seed = 1; seed <= 20; seed++) {
      Cluster cluster = Cluster.real(seed, 12);
      Node root = cluster.rootOf(TOPIC);
      Node heir = heirOf(cluster);
      List<Listener> listeners = subscribeAwayFrom(cluster, root, heir);
      List<String> before = publish(cluster, "before", 10, () -> {});
      cluster.simulation.kill(root.peer.id());
      List<String> after = publish(cluster, "after", 20, () -> {});
      assertThat(cluster.rootOf(TOPIC)).isSameAs(heir);
      assertThat(after).as(cluster.toString()).isNotEmpty();
      assertAllGot(cluster, listeners, before);
      assertAllGot(cluster, listeners, after);
    }
  }

  @Test
  void whatOnlySomeGotBeforeTheRootDiedReachesTheOthersThroughTheNewRoot() {
    for (long seed = 1; seed <= 20; seed++) {
      Cluster cluster = Cluster.real(seed, 12);
      Node root = cluster.rootOf(TOPIC);
      List<Listener> listeners = subscribeAwayFrom(cluster, root, heirOf(cluster));
      List<String> before = publish(cluster, "before", 10, () -> {});
      cluster.simulation.network().cut(root.peer.id(), listeners.get(0).node.peer.id());
      Outcome<Messaging.Published> outcome = root.publish(TOPIC, "last words");
      cluster.run(0.1);
      assertThat(outcome.value().sequence()).isPositive();
      cluster.simulation.kill(root.peer.id());
      cluster.simulation.network().heal();
      cluster.run(30);
      assertAllGot(cluster, listeners, before);
      assertAllGot(cluster, listeners, List.of("last words"));
    }
  }

  @Test
  void aRootThatCannotReadTheLedgerDoesNotBeginTheTopicAnew() {
    Cluster cluster = Cluster.real(1, 8);
    List<Listener> listeners = cluster.subscribeAll();
    List<String> texts = new ArrayList<>(publish(cluster, "before", 10, () -> {}));
    cluster.ledgers.damaged(true);
    cluster.simulation.kill(cluster.rootOf(TOPIC).peer.id());
    cluster.run(20);
    cluster.ledgers.damaged(false);
    texts.addAll(publish(cluster, "after", 10, () -> {}));
    assertThat(texts).hasSize(20);
    assertAllGot(cluster, listeners, texts);
  }

  @Test
  void nodesJoinAndOneOfThemBecomesTheRoot() {
    int changed = 0;
    for (long seed = 1; seed <= 6; seed++) {
      Cluster cluster = Cluster.real(seed, 4);
      List<Listener> listeners = cluster.subscribeAll();
      Node root = cluster.rootOf(TOPIC);
      List<String> texts =
          publish(
              cluster,
              "m",
              40,
              () -> {
                for (int i = 0; i < 8; i++) {
                  cluster.addReal();
                }
              });
      changed += cluster.rootOf(TOPIC) == root ? 0 : 1;
      assertThat(texts).as(cluster.toString()).hasSizeGreaterThanOrEqualTo(38);
      assertAllGot(cluster, listeners, texts);
    }
    assertThat(changed).as("rings whose root changed").isPositive();
  }

  @Test
  void anAnycastPassesADeadNodeBy() {
    for (long seed = 1; seed <= 10; seed++) {
      Cluster cluster = Cluster.real(seed, 12);
      List<Listener> listeners = cluster.subscribeAll();
      Node root = cluster.rootOf(TOPIC);
      List<Node> others = cluster.nodes.stream().filter(node -> node != root).toList();
      cluster.simulation.vanish(others.get(1).peer.id());
      cluster.simulation.vanish(others.get(2).peer.id());
      List<Outcome<Bytes>> outcomes = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        outcomes.add(others.get(0).anycast(TOPIC, "work " + i));
        cluster.run(0.1);
      }
      cluster.run(25);
      assertThat(outcomes)
          .as(cluster.toString())
          .allMatch(outcome -> outcome.value().toUtf8().equals("done"));
      List<String> handled =
          listeners.stream().flatMap(listener -> listener.offers.stream()).toList();
      assertThat(handled).as(cluster.toString()).hasSize(20).doesNotHaveDuplicates();
    }
  }
}
