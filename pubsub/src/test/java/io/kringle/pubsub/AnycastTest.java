package io.kringle.pubsub;

import static io.kringle.pubsub.Cluster.TOPIC;
import static org.assertj.core.api.Assertions.assertThat;

import io.kringle.pubsub.Cluster.Listener;
import io.kringle.pubsub.Cluster.Node;
import io.kringle.pubsub.Cluster.Outcome;
import io.kringle.ring.Bytes;
import io.kringle.ring.Failure;
import io.kringle.ring.Result;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Anycasts: handled by exactly one that accepted, in the order that was asked for. */
class AnycastTest {

  private static final Consumer<Consumer<Result<Bytes>>> REFUSE =
      decide -> decide.accept(Result.failed(Failure.Kind.REFUSED, "no room"));

  private static final Consumer<Consumer<Result<Bytes>>> THROW =
      decide -> {
        throw new IllegalStateException("boom");
      };

  private static final Consumer<Consumer<Result<Bytes>>> SILENCE = decide -> {};

  private static final AnycastOptions IN_THREE_SECONDS =
      AnycastOptions.DEFAULT.within(Duration.ofSeconds(3));

  private static Failure failure(Outcome<?> outcome) {
    return ((Result.Failed<?>) Objects.requireNonNull(outcome.result)).failure();
  }

  /** Whoever is asked first does {@code first}, all others accept. */
  private static void firstOffered(
      List<Listener> listeners, Consumer<Consumer<Result<Bytes>>> first) {
    Consumer<Consumer<Result<Bytes>>> rest = listeners.get(0).decision;
    for (Listener listener : listeners) {
      listener.decision =
          decide -> {
            listeners.forEach(each -> each.decision = rest);
            first.accept(decide);
          };
    }
  }

  private static int offers(List<Listener> listeners) {
    return listeners.stream().mapToInt(listener -> listener.offers.size()).sum();
  }

  @Test
  void theFirstRefusesSoTheNextTakesIt() {
    Cluster cluster = Cluster.fixed(1, 10);
    List<Listener> listeners = cluster.subscribeAll();
    firstOffered(listeners, REFUSE);
    Outcome<Bytes> outcome = cluster.nodes.get(0).anycast(TOPIC, "work");
    cluster.run(2);
    assertThat(outcome.value().toUtf8()).isEqualTo("done");
    assertThat(offers(listeners)).isEqualTo(2);
  }

  @Test
  void theFirstThrowsSoTheNextTakesIt() {
    Cluster cluster = Cluster.fixed(2, 10);
    List<Listener> listeners = cluster.subscribeAll();
    firstOffered(listeners, THROW);
    Outcome<Bytes> outcome = cluster.nodes.get(0).anycast(TOPIC, "work");
    cluster.run(2);
    assertThat(outcome.value().toUtf8()).isEqualTo("done");
    assertThat(offers(listeners)).isEqualTo(2);
  }

  @Test
  void aSilentSubscriberLeavesTheOutcomeUnknownAndNobodyElseIsAsked() {
    Cluster cluster = Cluster.fixed(3, 10);
    List<Listener> listeners = cluster.subscribeAll();
    firstOffered(listeners, SILENCE);
    Outcome<Bytes> outcome = cluster.nodes.get(0).anycast(TOPIC, "work", IN_THREE_SECONDS);
    cluster.run(5);
    assertThat(failure(outcome).kind()).isEqualTo(Failure.Kind.OUTCOME_UNKNOWN);
    assertThat(offers(listeners)).isEqualTo(1);
  }

  @ParameterizedTest
  @EnumSource
  void whenAllRefuseTheCallerHearsOfItOnceAndEachWasAskedOnce(AnycastOptions.Order order) {
    Cluster cluster = Cluster.fixed(4, 6);
    List<Listener> listeners = cluster.subscribeAll();
    listeners.forEach(listener -> listener.decision = REFUSE);
    AnycastOptions options = AnycastOptions.DEFAULT.inOrder(order);
    Outcome<Bytes> outcome = cluster.nodes.get(0).anycast(TOPIC, "work", options);
    cluster.run(5);
    assertThat(failure(outcome))
        .isEqualTo(Failure.of(Failure.Kind.NO_TAKER, "no taker: 6 refused"));
    assertThat(listeners).allMatch(listener -> listener.offers.size() == 1);
  }

  @Test
  void whoHasLongBeenTheRootIsLookedAtOnce() {
    Cluster cluster = Cluster.fixed(4, 6);
    cluster.subscribeAll().forEach(listener -> listener.decision = REFUSE);
    cluster.run(5);
    Outcome<Bytes> outcome = cluster.nodes.get(0).anycast(TOPIC, "work");
    cluster.run(1);
    assertThat(failure(outcome).kind()).isEqualTo(Failure.Kind.NO_TAKER);
  }

  @ParameterizedTest
  @EnumSource
  void whereTheRootIsElsewhereThanItsKeyLeadsTheNodeThereIsAskedToo(AnycastOptions.Order order) {
    Cluster cluster = Cluster.fixed(7, 6);
    Node atTheKey = cluster.rootOf(TOPIC);
    List<Node> others = cluster.nodes.stream().filter(node -> node != atTheKey).toList();
    cluster.ledgers.staysWith(others.get(0).peer);
    cluster.awaitConfirmed(List.of(atTheKey.subscribe(TOPIC)));
    AnycastOptions options = AnycastOptions.DEFAULT.inOrder(order);
    Outcome<Bytes> outcome = others.get(1).anycast(TOPIC, "work", options);
    cluster.run(2);
    assertThat(outcome.value().toUtf8()).isEqualTo("done");
  }

  @Test
  void withoutSubscribersThereIsNoTaker() {
    Cluster cluster = Cluster.fixed(5, 6);
    Outcome<Bytes> outcome = cluster.nodes.get(0).anycast(TOPIC, "work");
    cluster.run(5);
    assertThat(failure(outcome))
        .isEqualTo(Failure.of(Failure.Kind.NO_TAKER, "no taker: 0 subscribers"));
  }

  @Test
  void whileNobodyIsTheRootNobodySaysThatThereAreNoSubscribers() {
    Cluster cluster = Cluster.fixed(4, 10);
    cluster.ledgers.unsettled(true);
    Outcome<Bytes> outcome = cluster.nodes.get(0).anycast(TOPIC, "work", IN_THREE_SECONDS);
    cluster.run(2.9);
    assertThat(outcome.result).isNull();
    cluster.run(0.2);
    assertThat(failure(outcome).kind()).isEqualTo(Failure.Kind.UNAVAILABLE);
    assertThat(failure(outcome).message()).contains("knows no root of " + TOPIC);
  }

  @Test
  void anAnycastWaitsUntilSomebodyIsTheRoot() {
    Cluster cluster = Cluster.fixed(4, 10);
    cluster.awaitConfirmed(List.of(cluster.nodes.get(1).subscribe(TOPIC)));
    cluster.ledgers.unsettled(true);
    Outcome<Bytes> outcome =
        cluster
            .nodes
            .get(0)
            .anycast(
                TOPIC, "work", AnycastOptions.DEFAULT.inOrder(AnycastOptions.Order.ALL_IN_TURN));
    cluster.run(2);
    assertThat(outcome.result).isNull();
    cluster.ledgers.unsettled(false);
    cluster.run(2);
    assertThat(outcome.value().toUtf8()).isEqualTo("done");
  }

  private static List<Integer> sixtyOffers(long seed, AnycastOptions.Order order) {
    Cluster cluster = Cluster.fixed(seed, 12);
    List<Listener> listeners = new ArrayList<>();
    cluster.nodes.subList(0, 6).forEach(node -> listeners.add(node.subscribe(TOPIC)));
    cluster.awaitConfirmed(listeners);
    cluster.run(15);
    for (int i = 0; i < 60; i++) {
      cluster.nodes.get(i % 12).anycast(TOPIC, "w" + i, AnycastOptions.DEFAULT.inOrder(order));
      cluster.run(0.5);
    }
    assertThat(offers(listeners)).as(cluster.toString()).isEqualTo(60);
    return listeners.stream().map(listener -> listener.offers.size()).toList();
  }

  @Test
  void inTurnEachOfSixSubscribersGetsItsShare() {
    for (long seed = 1; seed <= 20; seed++) {
      assertThat(sixtyOffers(seed, AnycastOptions.Order.ALL_IN_TURN))
          .as("seed " + seed)
          .allMatch(count -> count >= 8 && count <= 12);
    }
  }

  @Test
  void atRandomEachOfSixSubscribersIsAsLikely() {
    int[] sums = new int[6];
    for (long seed = 1; seed <= 20; seed++) {
      List<Integer> counts = sixtyOffers(seed, AnycastOptions.Order.RANDOM);
      for (int i = 0; i < 6; i++) {
        sums[i] += counts.get(i);
      }
    }
    assertThat(Arrays.stream(sums).boxed().toList())
        .as("of 1 200")
        .allMatch(sum -> sum > 150 && sum < 250);
  }

  @Test
  void subscribersOfOneNodeTakeTurns() {
    Cluster cluster = Cluster.fixed(6, 3);
    List<Listener> listeners =
        List.of(cluster.nodes.get(1).subscribe(TOPIC), cluster.nodes.get(1).subscribe(TOPIC));
    cluster.awaitConfirmed(listeners);
    for (int i = 0; i < 10; i++) {
      cluster.nodes.get(0).anycast(TOPIC, "work " + i);
      cluster.run(0.5);
    }
    assertThat(listeners).allMatch(listener -> listener.offers.size() == 5);
  }

  @Test
  void aHundredAnycastsOnAFaultyNetworkAreEachHandledExactlyOnce() {
    for (long seed = 1; seed <= 10; seed++) {
      Cluster cluster = Cluster.fixed(seed, 12);
      List<Listener> listeners = cluster.subscribeAll();
      cluster.simulation.network().lose(0.05);
      cluster.simulation.network().duplicate(0.05);
      cluster.simulation.network().reorder(0.05);
      List<Outcome<Bytes>> outcomes = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        outcomes.add(cluster.nodes.get(i % 12).anycast(TOPIC, "work " + i));
        cluster.run(0.01);
      }
      cluster.run(30);
      assertThat(outcomes)
          .as(cluster.toString())
          .allMatch(outcome -> outcome.value().toUtf8().equals("done"));
      List<String> handled =
          listeners.stream().flatMap(listener -> listener.offers.stream()).toList();
      assertThat(handled).as(cluster.toString()).hasSize(100).doesNotHaveDuplicates();
    }
  }
}
