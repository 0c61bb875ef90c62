package io.kringle.pubsub;

import static io.kringle.pubsub.Cluster.TOPIC;
import static org.assertj.core.api.Assertions.assertThat;

import io.kringle.pubsub.Cluster.Listener;
import io.kringle.pubsub.Cluster.Outcome;
import io.kringle.ring.Bytes;
import io.kringle.ring.Failure;
import io.kringle.ring.Result;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Manycasts: the first so many that accept, never more, and never silently fewer. */
class ManycastTest {
  private static final AnycastOptions OPTIONS =
      AnycastOptions.DEFAULT.within(Duration.ofSeconds(10));

  private static void refuse(Listener listener) {
    listener.decision = decide -> decide.accept(Result.failed(Failure.Kind.REFUSED, "busy"));
  }

  private static int offers(List<Listener> listeners) {
    return listeners.stream().mapToInt(listener -> listener.offers.size()).sum();
  }

  /** On each of ten nodes one to three, and every third of all refuses. */
  private static List<Listener> many(Cluster cluster) {
    List<Listener> listeners = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      listeners.add(cluster.nodes.get(i * i % 10).subscribe(TOPIC));
      if (i % 3 == 0) {
        refuse(listeners.get(i));
      }
    }
    cluster.awaitConfirmed(listeners);
    return listeners;
  }

  @ParameterizedTest
  @EnumSource(AnycastOptions.Order.class)
  void soManyTakeItAndNoMore(AnycastOptions.Order order) {
    for (long seed = 1; seed <= 10; seed++) {
      Cluster cluster = Cluster.fixed(seed, 12);
      List<Listener> listeners = many(cluster);
      for (int takers : new int[] {1, 2, 5, 13}) {
        int before = offers(listeners);
        Outcome<Takers> outcome =
            cluster.nodes.get(11).manycast(TOPIC, "x", takers, OPTIONS.inOrder(order));
        cluster.run(5);
        Takers took = outcome.value();
        assertThat(took.isComplete()).as(cluster + " " + took).isTrue();
        assertThat(took.replies()).hasSize(takers);
        assertThat(took.refused()).isEqualTo(offers(listeners) - before - takers);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(AnycastOptions.Order.class)
  void fewerAreAnAnswerThatSaysSo(AnycastOptions.Order order) {
    Cluster cluster = Cluster.fixed(1, 12);
    List<Listener> listeners = many(cluster);
    Outcome<Takers> outcome =
        cluster.nodes.get(11).manycast(TOPIC, "x", 17, OPTIONS.inOrder(order));
    cluster.run(5);
    Takers took = outcome.value();
    assertThat(took.isComplete()).isFalse();
    assertThat(took.replies()).hasSize(13);
    assertThat(took.refused()).isEqualTo(7);
    assertThat(took.askedAll()).isTrue();
    assertThat(listeners).allMatch(listener -> listener.offers.size() == 1);
  }

  @Test
  void withoutSubscribersItIsTakenByNone() {
    Cluster cluster = Cluster.fixed(2, 6);
    Outcome<Takers> outcome = cluster.nodes.get(0).manycast(TOPIC, "x", 2, OPTIONS);
    cluster.run(5);
    assertThat(outcome.value()).isEqualTo(new Takers(2, List.of(), 0, 0, true));
  }

  @Test
  void whileNobodyIsTheRootItFails() {
    Cluster cluster = Cluster.fixed(3, 6);
    cluster.ledgers.unsettled(true);
    Outcome<Takers> outcome = cluster.nodes.get(0).manycast(TOPIC, "x", 2, OPTIONS);
    cluster.run(OPTIONS.timeout().toSeconds() + 1.0);
    assertThat(outcome.result).isInstanceOf(Result.Failed.class);
  }

  @Test
  void whoDoesNotDecideMayHaveTakenItAndNobodyIsAskedInTheirPlace() {
    Cluster cluster = Cluster.fixed(4, 6);
    List<Listener> listeners = cluster.subscribeAll();
    listeners.forEach(listener -> listener.decision = decide -> {});
    Outcome<Takers> outcome = cluster.nodes.get(0).manycast(TOPIC, "x", 2, OPTIONS);
    cluster.run(20);
    assertThat(outcome.value()).isEqualTo(new Takers(2, List.of(), 0, 2, false));
    assertThat(offers(listeners)).isEqualTo(2);
  }

  @Test
  void anImpossibleNumberOfTakersIsRefused() {
    Cluster cluster = Cluster.fixed(5, 1);
    for (int takers : new int[] {0, 1_025}) {
      Outcome<Takers> outcome = cluster.nodes.get(0).manycast(TOPIC, "x", takers, OPTIONS);
      cluster.run(1);
      assertThat(Objects.requireNonNull(outcome.result).fold(ok -> null, Failure::kind))
          .isEqualTo(Failure.Kind.INVALID);
    }
  }

  @Test
  void onAFaultyNetworkNoMoreTakeItThanWereWanted() {
    for (long seed = 1; seed <= 10; seed++) {
      Cluster cluster = Cluster.fixed(seed, 12);
      List<Listener> listeners = many(cluster);
      cluster.simulation.network().lose(0.05);
      cluster.simulation.network().duplicate(0.05);
      cluster.simulation.network().reorder(0.05);
      for (Listener listener : listeners) {
        listener.decision =
            decide -> {
              listener.texts.add(listener.offers.get(listener.offers.size() - 1));
              decide.accept(Result.ok(Bytes.utf8("done")));
            };
      }
      for (int i = 0; i < 40; i++) {
        String text = "work " + i;
        Outcome<Takers> outcome = cluster.nodes.get(i % 12).manycast(TOPIC, text, 4, OPTIONS);
        cluster.run(20);
        long handled =
            listeners.stream()
                .flatMap(listener -> listener.texts.stream())
                .filter(text::equals)
                .count();
        Takers took = outcome.value();
        assertThat(handled).as(cluster + " " + took).isLessThanOrEqualTo(4);
        assertThat(handled).isGreaterThanOrEqualTo(took.replies().size());
      }
    }
  }
}
