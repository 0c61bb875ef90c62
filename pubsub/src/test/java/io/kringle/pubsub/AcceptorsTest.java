package io.kringle.pubsub;

import static io.kringle.pubsub.Cluster.TOPIC;
import static org.assertj.core.api.Assertions.assertThat;

import io.kringle.pubsub.Cluster.Listener;
import io.kringle.pubsub.Cluster.Node;
import io.kringle.pubsub.Cluster.Outcome;
import io.kringle.ring.Bytes;
import io.kringle.ring.Failure;
import io.kringle.ring.Id;
import io.kringle.ring.Message;
import io.kringle.ring.Result;
import io.kringle.routing.AskOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Those who are offered an anycast: dead, slow, asked again, or too busy to remember. */
class AcceptorsTest {
  private static final AnycastOptions OPTIONS =
      AnycastOptions.DEFAULT.within(Duration.ofSeconds(10));
  private static final Result<Bytes> DONE = Result.ok(Bytes.utf8("done"));

  private final List<Consumer<Result<Bytes>>> undecided = new ArrayList<>();

  private static Failure.Kind kind(Outcome<?> outcome) {
    return ((Result.Failed<?>) Objects.requireNonNull(outcome.result)).failure().kind();
  }

  private static int offers(List<Listener> listeners) {
    return listeners.stream().mapToInt(listener -> listener.offers.size()).sum();
  }

  private Listener silentAt(Node node) {
    Listener listener = node.subscribe(TOPIC);
    listener.decision = undecided::add;
    return listener;
  }

  /** Two subscribers that decide nothing; the anycast has come to one of them. */
  private Listener asked(Cluster cluster, List<Listener> listeners) {
    cluster.simulation.runUntil(() -> offers(listeners) == 1, Duration.ofSeconds(5));
    return listeners.stream().filter(each -> each.offers.size() == 1).findFirst().orElseThrow();
  }

  private List<Listener> twoSilent(Cluster cluster) {
    List<Listener> listeners =
        List.of(silentAt(cluster.nodes.get(1)), silentAt(cluster.nodes.get(2)));
    cluster.awaitConfirmed(listeners);
    return listeners;
  }

  @Test
  void anAcceptorThatDiesLeavesTheOutcomeUnknownAtOnce() {
    Cluster cluster = Cluster.fixed(1, 6);
    List<Listener> listeners = twoSilent(cluster);
    Outcome<Bytes> outcome = cluster.nodes.get(5).anycast(TOPIC, "work", OPTIONS);
    cluster.simulation.kill(asked(cluster, listeners).node.peer.id());
    cluster.run(1);
    assertThat(kind(outcome)).isEqualTo(Failure.Kind.OUTCOME_UNKNOWN);
    cluster.run(20);
    assertThat(offers(listeners)).isEqualTo(1);
  }

  @Test
  void anAcceptorThatIsCutOffLeavesTheOutcomeUnknownInTime() {
    Cluster cluster = Cluster.fixed(2, 6);
    List<Listener> listeners = twoSilent(cluster);
    Node asker = cluster.nodes.get(5);
    Outcome<Bytes> outcome = asker.anycast(TOPIC, "work", OPTIONS);
    Id taker = asked(cluster, listeners).node.peer.id();
    cluster.simulation.network().partition(List.of(taker), List.of(asker.peer.id()));
    undecided.get(0).accept(DONE);
    cluster.run(11);
    assertThat(kind(outcome)).isEqualTo(Failure.Kind.OUTCOME_UNKNOWN);
    assertThat(offers(listeners)).isEqualTo(1);
  }

  @Test
  void ifItIsIdempotentItIsOfferedOnWhenAnAcceptorDies() {
    Cluster cluster = Cluster.fixed(3, 6);
    List<Listener> listeners = twoSilent(cluster);
    Outcome<Bytes> outcome =
        cluster.nodes.get(5).anycast(TOPIC, "work", OPTIONS.declaredIdempotent());
    Listener first = asked(cluster, listeners);
    cluster.simulation.kill(first.node.peer.id());
    cluster.simulation.runUntil(() -> undecided.size() == 2, Duration.ofSeconds(5));
    undecided.get(1).accept(DONE);
    cluster.run(1);
    assertThat(outcome.result).isEqualTo(DONE);
  }

  @Test
  void ifItIsIdempotentItIsOfferedOnWhenAnAcceptorIsSilentAlsoOnOneNode() {
    Cluster cluster = Cluster.fixed(4, 6);
    List<Listener> listeners =
        List.of(silentAt(cluster.nodes.get(1)), silentAt(cluster.nodes.get(1)));
    cluster.awaitConfirmed(listeners);
    Outcome<Bytes> outcome =
        cluster.nodes.get(5).anycast(TOPIC, "work", OPTIONS.declaredIdempotent());
    cluster.run(3);
    assertThat(listeners).allMatch(listener -> listener.offers.size() == 1);
    undecided.get(1).accept(DONE);
    cluster.run(1);
    assertThat(outcome.result).isEqualTo(DONE);
  }

  private static Outcome<Message> ask(Node from, Node to, Message request) {
    Outcome<Message> outcome = new Outcome<>();
    from.router.ask(to.peer, request, AskOptions.DEFAULT, outcome);
    return outcome;
  }

  private static TopicMessage.Offer offer(Cluster cluster, Node to, int message, int number) {
    Outcome<Message> looked = ask(cluster.nodes.get(5), to, new TopicMessage.Look(TOPIC));
    cluster.run(1);
    long life = ((TopicMessage.Looked) looked.value()).life();
    MessageId id = new MessageId(Id.ZERO, 0, message);
    return new TopicMessage.Offer(TOPIC, id, number, life, 1_000, Bytes.EMPTY);
  }

  private static TopicMessage taken(String reply) {
    return new TopicMessage.Taken(TOPIC, Bytes.utf8(reply), 0);
  }

  @Test
  void aRepeatedOfferWaitsForTheSameAnswerAndIsToldItAgain() {
    Cluster cluster = Cluster.fixed(5, 6);
    Node node = cluster.nodes.get(1);
    List<Listener> listeners = List.of(silentAt(node), silentAt(node));
    cluster.awaitConfirmed(listeners);
    TopicMessage.Offer offer = offer(cluster, node, 1, 0);
    Outcome<Message> first = ask(cluster.nodes.get(5), node, offer);
    Outcome<Message> second = ask(cluster.nodes.get(4), node, offer);
    cluster.run(0.5);
    undecided.get(0).accept(DONE);
    Outcome<Message> third = ask(cluster.nodes.get(3), node, offer);
    cluster.run(0.5);
    assertThat(List.of(first, second, third))
        .allSatisfy(each -> assertThat(each.value()).isEqualTo(taken("done")));
    assertThat(offers(listeners)).isEqualTo(1);
  }

  @Test
  void whoDecidesTooLateIsHeardByWhoeverAsksAgain() {
    Cluster cluster = Cluster.fixed(6, 6);
    Node node = cluster.nodes.get(1);
    cluster.awaitConfirmed(List.of(silentAt(node)));
    TopicMessage.Offer offer = offer(cluster, node, 1, 0);
    Outcome<Message> first = ask(cluster.nodes.get(5), node, offer);
    cluster.run(2);
    assertThat(kind(first)).isEqualTo(Failure.Kind.OUTCOME_UNKNOWN);
    undecided.get(0).accept(DONE);
    undecided.get(0).accept(Result.failed(Failure.Kind.REFUSED, "a second word"));
    Outcome<Message> second = ask(cluster.nodes.get(5), node, offer);
    cluster.run(1);
    assertThat(second.value()).isEqualTo(taken("done"));
  }

  @Test
  void anOfferToAnEarlierLifeHasNoEffect() {
    Cluster cluster = Cluster.fixed(7, 6);
    Node node = cluster.nodes.get(1);
    List<Listener> listeners = List.of(node.subscribe(TOPIC));
    cluster.awaitConfirmed(listeners);
    TopicMessage.Offer now = offer(cluster, node, 1, 0);
    TopicMessage.Offer before =
        new TopicMessage.Offer(TOPIC, now.id(), 0, now.life() + 1, 1_000, Bytes.EMPTY);
    Outcome<Message> outcome = ask(cluster.nodes.get(5), node, before);
    cluster.run(1);
    assertThat(kind(outcome)).isEqualTo(Failure.Kind.OUTCOME_UNKNOWN);
    assertThat(offers(listeners)).isZero();
  }

  @Test
  void aReplyTooLargeToBeKeptIsUnknownToWhoeverAsksAgain() {
    Cluster cluster = Cluster.fixed(8, 6);
    Node node = cluster.nodes.get(1);
    Listener listener = node.subscribe(TOPIC);
    listener.decision = decide -> decide.accept(Result.ok(Bytes.of(new byte[65 << 10])));
    cluster.awaitConfirmed(List.of(listener));
    TopicMessage.Offer offer = offer(cluster, node, 1, 0);
    Outcome<Message> first = ask(cluster.nodes.get(5), node, offer);
    cluster.run(1);
    Outcome<Message> second = ask(cluster.nodes.get(5), node, offer);
    cluster.run(1);
    assertThat(first.value()).isInstanceOf(TopicMessage.Taken.class);
    assertThat(kind(second)).isEqualTo(Failure.Kind.OUTCOME_UNKNOWN);
    assertThat(listener.offers).hasSize(1);
  }

  @Test
  void whoCannotRememberMoreRefusesAndForgetsNothing() {
    Cluster cluster = Cluster.fixed(9, 6, BoundsTest.TIGHT);
    Node node = cluster.nodes.get(1);
    Listener listener = node.subscribe(TOPIC);
    cluster.awaitConfirmed(List.of(listener));
    List<TopicMessage.Offer> offers = new ArrayList<>();
    for (int i = 0; i < BoundsTest.TIGHT.remembered(); i++) {
      offers.add(offer(cluster, node, i, 0));
    }
    offers.forEach(offer -> ask(cluster.nodes.get(5), node, offer));
    TopicMessage.Offer tooMany = offer(cluster, node, -1, 0);
    Outcome<Message> refused = ask(cluster.nodes.get(5), node, tooMany);
    Outcome<Message> repeated = ask(cluster.nodes.get(5), node, offers.get(0));
    cluster.run(1);
    assertThat(refused.value()).isEqualTo(new TopicMessage.Refused(TOPIC, 1));
    assertThat(repeated.value()).isEqualTo(taken("done"));
    assertThat(listener.offers).hasSize(BoundsTest.TIGHT.remembered());
    cluster.run(60);
    Outcome<Message> taken = ask(cluster.nodes.get(5), node, offer(cluster, node, -2, 0));
    cluster.run(1);
    assertThat(taken.value()).isEqualTo(taken("done"));
  }

  @Test
  void theLeastBusySubscriberOfANodeIsAskedFirst() {
    Cluster cluster = Cluster.fixed(10, 6);
    Node node = cluster.nodes.get(1);
    Listener busy = silentAt(node);
    Listener idle = node.subscribe(TOPIC);
    cluster.awaitConfirmed(List.of(busy, idle));
    for (int i = 0; i < 9; i++) {
      cluster.nodes.get(5).anycast(TOPIC, "work " + i, OPTIONS);
      cluster.run(0.5);
    }
    assertThat(busy.offers).hasSize(1);
    assertThat(idle.offers).hasSize(8);
  }

  @Test
  void whileAcceptorsDieNoMessageIsHandledByTwo() {
    for (long seed = 1; seed <= 20; seed++) {
      Cluster cluster = Cluster.real(seed, 12);
      List<Listener> listeners = cluster.subscribeAll();
      SplittableRandom random = new SplittableRandom(seed);
      listeners.forEach(listener -> listener.decision = decide -> decideSoon(listener, decide));
      cluster.simulation.network().lose(0.03);
      cluster.simulation.network().duplicate(0.03);
      cluster.simulation.network().reorder(0.03);
      List<Outcome<Bytes>> outcomes = new ArrayList<>();
      AnycastOptions.Order[] orders = AnycastOptions.Order.values();
      for (int i = 0; i < 100; i++) {
        if (i % 25 == 24) {
          List<Node> live = cluster.live();
          cluster.simulation.kill(live.get(4 + random.nextInt(live.size() - 4)).peer.id());
        }
        AnycastOptions options = OPTIONS.inOrder(orders[i % orders.length]);
        outcomes.add(cluster.nodes.get(i % 4).anycast(TOPIC, "work " + i, options));
        cluster.run(0.05);
      }
      cluster.run(30);
      List<String> handled =
          listeners.stream().flatMap(listener -> listener.texts.stream()).toList();
      assertThat(handled).as(cluster.toString()).doesNotHaveDuplicates();
      for (int i = 0; i < 100; i++) {
        Result<Bytes> result = Objects.requireNonNull(outcomes.get(i).result);
        if (result.isOk()) {
          assertThat(handled).as(cluster.toString()).contains("work " + i);
        } else if (kind(outcomes.get(i)) != Failure.Kind.OUTCOME_UNKNOWN) {
          assertThat(handled).as(cluster + " " + result).doesNotContain("work " + i);
        }
      }
      assertThat(outcomes.stream().filter(each -> each.result.isOk()))
          .as(cluster.toString())
          .hasSizeGreaterThan(90);
    }
  }

  /** Every third refuses; what is handled is written down. */
  private static void decideSoon(Listener listener, Consumer<Result<Bytes>> decide) {
    int count = listener.offers.size();
    if (count % 3 == 0) {
      decide.accept(Result.failed(Failure.Kind.REFUSED, "busy"));
    } else {
      listener.texts.add(listener.offers.get(count - 1));
      decide.accept(DONE);
    }
  }
}
