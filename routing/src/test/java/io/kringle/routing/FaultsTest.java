package io.kringle.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.kringle.ring.Bytes;
import io.kringle.ring.Failure;
import io.kringle.ring.Id;
import io.kringle.ring.Peer;
import io.kringle.routing.RoutingMessage.Hop;
import io.kringle.routing.RoutingMessage.Kind;
import io.kringle.routing.RoutingMessage.Nack;
import io.kringle.routing.RoutingMessage.Refusal;
import io.kringle.routing.TestRing.Answers;
import io.kringle.routing.TestRing.Node;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Dead and silent peers, loss, duplication and reordering. */
class FaultsTest {
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final AskOptions PATIENT = AskOptions.within(Duration.ofSeconds(20));

  private static Id keyOverFarHop(TestRing ring, Node origin) {
    for (Id id : TestRing.ids(11, 1_000)) {
      if (origin.router.nextHop(id).filter(hop -> !ring.owner(id).peer.equals(hop)).isPresent()) {
        return id;
      }
    }
    throw new AssertionError("every key is one hop away");
  }

  private static Node node(TestRing ring, Peer peer) {
    return ring.nodes.get(ring.peers.indexOf(peer));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aMessageWhoseNextHopIsDeadGoesAnotherWayAndIsDeliveredOnce(boolean noticed) {
    TestRing ring = TestRing.of(100).fillTables();
    Node origin = ring.nodes.get(0);
    Id key = keyOverFarHop(ring, origin);
    Peer hop = origin.router.nextHop(key).orElseThrow();
    Node owner = ring.owner(key).echo();
    if (!noticed) {
      // Silence: what is sent there vanishes, and nobody says so for ten seconds.
      ring.simulation.network().cut(origin.peer.id(), hop.id());
      ring.simulation.network().cut(hop.id(), origin.peer.id());
    } else {
      ring.kill(node(ring, hop));
    }
    Answers answers = origin.ask(key, "by another way");
    origin.router.route(key, new Word("this too"));
    ring.run(SECOND);
    assertThat(answers.isOnly("by another way")).isTrue();
    assertThat(owner.words).containsExactlyInAnyOrder("by another way", "this too");
    assertThat(origin.ring.suspects()).contains(hop);
    assertThat(origin.router.stats().rerouted()).isEqualTo(2);
    assertThat(origin.router.nextHop(key)).as("not again through the silent one").isPresent();
    assertThat(origin.router.nextHop(key).get()).isNotEqualTo(hop);
  }

  @Test
  void whenTheOwnerDiesTheMessageGoesToItsHeir() {
    TestRing ring = TestRing.of(20);
    Node origin = ring.nodes.get(0);
    Node owner = ring.nodes.get(1);
    ring.nodes.forEach(Node::echo);
    ring.vanish(owner);
    // The neighbours find out by themselves, as the ring does.
    ring.nodes.stream()
        .filter(node -> node != owner)
        .forEach(node -> node.ring.suspect(owner.peer));
    Answers answers = origin.ask(owner.peer.id(), "to the heir");
    ring.run(SECOND);
    assertThat(answers.isOnly("to the heir")).isTrue();
    assertThat(owner.words).isEmpty();
  }

  @Test
  void aNodeThatInheritsWhileAMessageIsOnItsWayToTheDeadOwnerDeliversItItself() {
    TestRing ring = TestRing.of(2);
    Node origin = ring.nodes.get(0).echo();
    Node owner = ring.nodes.get(1);
    ring.vanish(owner);
    Answers answers = origin.ask(owner.peer.id(), "mine now");
    ring.run(SECOND);
    assertThat(answers.isOnly("mine now")).isTrue();
    assertThat(origin.deliveries).containsExactly(new Delivery(owner.peer.id(), origin.peer, 0));
  }

  @Test
  void aNodeThatHasNotJoinedRefusesAHopAndTheMessageWaitsForIt() {
    TestRing ring = TestRing.of(2);
    Node origin = ring.nodes.get(0);
    Node joining = ring.nodes.get(1).echo();
    joining.ring.activate(false);
    Answers answers = origin.ask(joining.peer.id(), "when you are ready");
    ring.run(Duration.ofMillis(150));
    assertThat(ring.sent(Nack.class)).isPositive();
    assertThat(answers.all).isEmpty();
    joining.ring.activate(true);
    ring.run(SECOND);
    assertThat(answers.isOnly("when you are ready")).isTrue();
    assertThat(joining.words).hasSize(1);
    assertThat(origin.ring.suspects()).as("a refusal is a sign of life").isEmpty();
  }

  @Test
  void aMessageThatFindsNobodyIsKeptGoingForAWhileAndThenGivenUp() {
    TestRing ring = TestRing.of(2);
    Node origin = ring.nodes.get(0);
    ring.nodes.get(1).ring.activate(false);
    origin.router.route(ring.nodes.get(1).peer.id(), new Word("nobody home"));
    ring.run(Carrier.PATIENCE.minusMillis(1));
    assertThat(origin.router.stats().lost()).isZero();
    ring.run(Duration.ofSeconds(2));
    assertThat(origin.router.stats().lost()).isEqualTo(1);
    assertThat(ring.sent(Hop.class)).as("ever more rarely").isBetween(10, 40);
  }

  @Test
  void aMessageThatHasGoneInCirclesIsGivenUpAndItsAskerIsTold() {
    TestRing ring = TestRing.of(3);
    Node node = ring.nodes.get(0);
    Peer origin = ring.nodes.get(2).peer;
    Id key = ring.nodes.get(1).peer.id();
    Bytes body = Bytes.of(node.codec.encode(new Word("round and round")));
    int last = Carrier.MAX_HOPS;
    node.router.received(origin, new Hop(1, Kind.ASK, key, origin, 1, last - 1, body));
    assertThat(node.router.stats().lost()).isZero();
    node.router.received(origin, new Hop(2, Kind.ASK, key, origin, 2, last, body));
    assertThat(node.router.stats().lost()).isEqualTo(1);
    ring.run(SECOND);
    assertThat(ring.sent(Refusal.class)).as("the limit, and no service at the owner").isEqualTo(2);
  }

  @Test
  void aLostAcknowledgementCostsASecondWayButNoSecondDelivery() {
    TestRing ring = TestRing.of(100).fillTables();
    Node origin = ring.nodes.get(0);
    Id key = keyOverFarHop(ring, origin);
    Node owner = ring.owner(key).echo();
    Peer hop = origin.router.nextHop(key).orElseThrow();
    ring.simulation.network().cut(hop.id(), origin.peer.id());
    origin.router.route(key, new Word("once"));
    ring.run(Duration.ofSeconds(5));
    assertThat(origin.router.stats().rerouted()).isEqualTo(1);
    assertThat(owner.words).containsExactly("once");
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void withLossDuplicationAndReorderingEveryRequestCompletesOnceAndIsHandledAtMostOnce(long seed) {
    TestRing ring = new TestRing(seed, TestRing.ids(seed, 40), RouterConfig.DEFAULT, true);
    ring.fillTables();
    ring.simulation.network().lose(0.1);
    ring.simulation.network().duplicate(0.1);
    ring.simulation.network().reorder(0.3);
    Map<String, Integer> handled = new LinkedHashMap<>();
    for (Node node : ring.nodes) {
      node.router.onDeliver(
          Word.class,
          (delivery, word, responder) -> {
            handled.merge(word.text(), 1, Integer::sum);
            assertThat(node).isSameAs(ring.owner(delivery.key()));
            responder.reply(word);
          });
    }
    Map<String, Answers> answers = new LinkedHashMap<>();
    List<Id> keys = TestRing.ids(seed + 1, 600);
    for (int i = 0; i < keys.size(); i++) {
      String text = "word " + i;
      answers.put(text, ring.nodes.get(i % 40).ask(keys.get(i), text, PATIENT));
      if (i % 10 == 0) {
        ring.run(Duration.ofMillis(20));
      }
    }
    ring.run(Duration.ofSeconds(25));
    answers.forEach((text, each) -> assertThat(each.isOnly(text)).as(text).isTrue());
    assertThat(handled).hasSize(600).allSatisfy((text, times) -> assertThat(times).isEqualTo(1));
    assertThat(ring.nodes).allMatch(node -> node.router.stats().inFlight() == 0);
  }

  @Test
  void equalSeedsGiveEqualRuns() {
    assertThat(lossyRun()).isEqualTo(lossyRun());
  }

  private static long lossyRun() {
    TestRing ring = new TestRing(5, TestRing.ids(5, 40), RouterConfig.DEFAULT, true);
    ring.nodes.forEach(node -> node.echo().ring.join());
    ring.simulation.network().lose(0.2);
    List<Id> keys = TestRing.ids(6, 100);
    for (int i = 0; i < keys.size(); i++) {
      ring.nodes.get(i % 40).ask(keys.get(i), "word " + i);
    }
    ring.run(Duration.ofSeconds(10));
    return ring.simulation.traceHash();
  }

  @Test
  void aFullQueueSendsTheMessageAnotherWayWithoutSuspicion() {
    TestRing ring = TestRing.of(100).fillTables();
    Node origin = ring.nodes.get(0);
    Id key = keyOverFarHop(ring, origin);
    Node owner = ring.owner(key).echo();
    Peer hop = origin.router.nextHop(key).orElseThrow();
    origin.full.add(hop.id());
    Answers answers = origin.ask(key, "around");
    ring.run(SECOND);
    assertThat(answers.isOnly("around")).isTrue();
    assertThat(origin.ring.suspects()).isEmpty();
    assertThat(owner.words).hasSize(1);
  }

  @Test
  void aRetryAvoidsThePeerThatHasNotYetAcknowledgedTheTryBefore() {
    TestRing ring = TestRing.of(100).fillTables();
    Node origin = ring.nodes.get(0);
    Id key = keyOverFarHop(ring, origin);
    Peer silent = origin.router.nextHop(key).orElseThrow();
    ring.simulation.network().cut(origin.peer.id(), silent.id());
    ring.owner(key).echo();
    AskOptions impatient = new AskOptions(Duration.ofSeconds(5), Duration.ofMillis(50));
    Answers answers = origin.ask(key, "quick", impatient);
    ring.run(Duration.ofMillis(200));
    assertThat(answers.isOnly("quick")).isTrue();
    ring.run(SECOND);
    assertThat(origin.ring.suspects()).containsExactly(silent);
    assertThat(origin.router.stats().rerouted()).as("the try before is over").isZero();
  }

  @Test
  void aRequestToASilentPeerIsTriedAgainUntilItTimesOut() {
    TestRing ring = TestRing.of(3);
    Node origin = ring.nodes.get(0);
    Peer silent = ring.nodes.get(1).peer;
    ring.simulation.network().cut(origin.peer.id(), silent.id());
    Answers answers = origin.ask(silent, "hello?");
    ring.run(Duration.ofSeconds(6));
    assertThat(answers.failure()).isEqualTo(Failure.Kind.TIMEOUT);
    assertThat(origin.ring.suspects()).contains(silent);
    assertThat(origin.router.stats().rerouted()).isZero();
  }
}
