package io.kringle.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kringle.ring.Bytes;
import io.kringle.ring.Failure;
import io.kringle.ring.Id;
import io.kringle.ring.Peer;
import io.kringle.ring.Result;
import io.kringle.routing.RoutingMessage.Acks;
import io.kringle.routing.RoutingMessage.Hop;
import io.kringle.routing.RoutingMessage.Kind;
import io.kringle.routing.RoutingMessage.Reply;
import io.kringle.routing.TestRing.Answers;
import io.kringle.routing.TestRing.Node;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Requests and their answers, without faults of the network. */
class AskTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  private final TestRing ring = TestRing.of(3);
  private final Node asker = ring.nodes.get(0);
  private final Node owner = ring.nodes.get(1);
  private final Id key = owner.peer.id();

  private Hop hop(long sequence, long request, String text) {
    byte[] body = asker.codec.encode(new Word(text));
    return new Hop(sequence, Kind.ASK, key, asker.peer, request, 1, Bytes.of(body));
  }

  @Test
  void theOwnerAnswersAndTheRequestOfOneHopCostsTwoMessages() {
    owner.echo();
    Answers answers = asker.ask(key, "hello");
    assertThat(answers.all).isEmpty();
    ring.run(SECOND);
    assertThat(answers.isOnly("hello")).isTrue();
    assertThat(owner.deliveries).containsExactly(new Delivery(key, asker.peer, 1));
    assertThat(ring.messages()).isEqualTo(2);
    assertThat(ring.sent(Hop.class)).isEqualTo(1);
    assertThat(ring.sent(Reply.class)).isEqualTo(1);
  }

  @Test
  void manyRequestsOfOneHopCostTwoMessagesEach() {
    owner.echo();
    List<Answers> answers = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      answers.add(asker.ask(key, "word " + i));
    }
    ring.run(SECOND);
    assertThat(answers).allSatisfy(each -> assertThat(each.only().isOk()).isTrue());
    assertThat(ring.messages()).isEqualTo(2_000);
  }

  @Test
  void aLateAnswerIsPrecededByOneAcknowledgement() {
    List<Responder> waiting = new ArrayList<>();
    owner.router.onDeliver(Word.class, (delivery, word, responder) -> waiting.add(responder));
    Answers answers = asker.ask(key, "slow");
    ring.run(Duration.ofMillis(500));
    assertThat(ring.sent(Acks.class)).isEqualTo(1);
    waiting.get(0).reply(new Word("at last"));
    ring.run(SECOND);
    assertThat(answers.isOnly("at last")).isTrue();
    assertThat(ring.messages()).isEqualTo(3);
    assertThat(asker.ring.suspects()).isEmpty();
  }

  @Test
  void acknowledgementsOfOneMomentTravelTogetherInBatches() {
    owner.echo();
    for (int i = 1; i <= Acknowledgements.BATCH + 50; i++) {
      byte[] body = asker.codec.encode(new Word("one way " + i));
      Bytes word = Bytes.of(body);
      owner.router.received(asker.peer, new Hop(i, Kind.ROUTE, key, asker.peer, i, 1, word));
    }
    ring.run(SECOND);
    assertThat(owner.words).hasSize(Acknowledgements.BATCH + 50);
    assertThat(ring.sent(Acks.class)).isEqualTo(2);
    assertThat(ring.messages()).isEqualTo(2);
  }

  @Test
  void aRequestToOneselfIsAnsweredInALaterStepWithoutTheNetwork() {
    asker.echo();
    Answers byKey = asker.ask(asker.peer.id(), "by key");
    Answers byPeer = asker.ask(asker.peer, "by peer");
    assertThat(asker.words).isEmpty();
    assertThat(byKey.all).isEmpty();
    ring.run(Duration.ofNanos(1));
    assertThat(byKey.isOnly("by key")).isTrue();
    assertThat(byPeer.isOnly("by peer")).isTrue();
    assertThat(asker.deliveries).allMatch(delivery -> delivery.hops() == 0);
    assertThat(ring.messages()).isZero();
  }

  @Test
  void withoutAnAnswerARequestTimesOutExactlyWhenItSaid() {
    List<Delivery> seen = new ArrayList<>();
    owner.router.onDeliver(Word.class, (delivery, word, responder) -> seen.add(delivery));
    Duration timeout = Duration.ofMillis(2_345);
    Answers answers = asker.ask(key, "anybody?", AskOptions.within(timeout));
    ring.run(Duration.ofSeconds(10));
    assertThat(answers.failure()).isEqualTo(Failure.Kind.TIMEOUT);
    assertThat(answers.at).isEqualTo(timeout.toNanos());
    assertThat(seen).hasSize(1);
    assertThat(ring.sent(Hop.class)).as("tried at 0, 1 and 2 s").isEqualTo(3);
    assertThat(asker.router.stats().inFlight()).isZero();
  }

  @Test
  void anAnswerThatComesAfterTheTimeoutIsIgnored() {
    List<Responder> waiting = new ArrayList<>();
    owner.router.onDeliver(Word.class, (delivery, word, responder) -> waiting.add(responder));
    Answers answers = asker.ask(key, "anybody?", AskOptions.within(SECOND));
    ring.run(Duration.ofSeconds(2));
    waiting.get(0).reply(new Word("too late"));
    ring.run(SECOND);
    assertThat(answers.failure()).isEqualTo(Failure.Kind.TIMEOUT);
  }

  @Test
  void aDuplicateReplyReachesTheCallbackOnce() {
    ring.simulation.network().duplicate(1);
    owner.echo();
    Answers answers = asker.ask(key, "twice");
    ring.run(SECOND);
    assertThat(ring.sent(Reply.class)).isGreaterThan(1);
    assertThat(answers.isOnly("twice")).isTrue();
    assertThat(owner.words).containsExactly("twice");
  }

  @Test
  void aDuplicateRequestIsAnsweredFromTheReplyCache() {
    owner.echo();
    owner.router.received(asker.peer, hop(1, 77, "once"));
    owner.router.received(asker.peer, hop(2, 77, "once"));
    ring.run(SECOND);
    assertThat(owner.words).containsExactly("once");
    assertThat(ring.sent(Reply.class)).isEqualTo(2);
    assertThat(ring.sent(Acks.class)).isZero();
    assertThat(owner.router.stats().repliesFromCache()).isEqualTo(1);
  }

  @Test
  void aDuplicateRequestThatIsBeingHandledIsLeftToTheReplyToCome() {
    List<Responder> waiting = new ArrayList<>();
    owner.router.onDeliver(Word.class, (delivery, word, responder) -> waiting.add(responder));
    owner.router.received(asker.peer, hop(1, 77, "once"));
    owner.router.received(asker.peer, hop(2, 77, "once"));
    ring.run(SECOND);
    assertThat(waiting).hasSize(1);
    assertThat(ring.sent(Reply.class)).isZero();
  }

  @Test
  void theFirstAnswerOfAHandlerCounts() {
    owner.router.onDeliver(
        Word.class,
        (delivery, word, responder) -> {
          responder.reply(new Word("first"));
          responder.reply(new Word("second"));
          responder.fail(Failure.of(Failure.Kind.REFUSED, "third"));
          throw new IllegalStateException("fourth");
        });
    Answers answers = asker.ask(key, "which?");
    ring.run(SECOND);
    assertThat(answers.isOnly("first")).isTrue();
    assertThat(ring.messages()).isEqualTo(2);
  }

  @Test
  void whatNobodyHandlesAtTheOwnerIsNoService() {
    Answers answers = asker.ask(key, "hello?");
    ring.run(SECOND);
    assertThat(answers.failure()).isEqualTo(Failure.Kind.NO_SERVICE);
  }

  @Test
  void aTypeThatTheOwnerDoesNotKnowIsNoServiceAndTheOwnerStaysUp() {
    owner.echo();
    Answers answers = new Answers(ring.simulation);
    asker.router.ask(key, new Tally(1), AskOptions.DEFAULT, answers);
    ring.run(SECOND);
    assertThat(answers.only())
        .isEqualTo(
            Result.failed(Failure.Kind.NO_SERVICE, "nobody handles message number 1001 here"));
    Answers next = asker.ask(key, "still there?");
    ring.run(SECOND);
    assertThat(next.isOnly("still there?")).isTrue();
  }

  @Test
  void anAnswerOfAnUnknownTypeIsInvalid() {
    asker.router.onDeliver(
        Word.class, (delivery, word, responder) -> responder.reply(new Tally(1)));
    Answers answers = owner.ask(asker.peer.id(), "a number?");
    ring.run(SECOND);
    assertThat(answers.failure()).isEqualTo(Failure.Kind.INVALID);
  }

  @Test
  void aBodyThatIsNoMessageIsInvalidAndTheOwnerStaysUp() {
    owner.echo();
    Bytes broken = Bytes.of(new byte[] {1});
    owner.router.received(asker.peer, new Hop(1, Kind.ASK, key, asker.peer, 1, 1, broken));
    ring.run(SECOND);
    assertThat(ring.sent(RoutingMessage.Refusal.class)).isEqualTo(1);
    assertThat(owner.words).isEmpty();
  }

  @Test
  void aHandlerThatThrowsRefusesWithItsMessage() {
    owner.router.onDeliver(
        Word.class,
        (delivery, word, responder) -> {
          throw new IllegalArgumentException("not this word");
        });
    Answers answers = asker.ask(key, "hello");
    ring.run(SECOND);
    assertThat(answers.only()).isEqualTo(Result.failed(Failure.Kind.REFUSED, "not this word"));
  }

  @Test
  void aRequestThatIsTooLargeFailsAtOnceButNotWithinTheCall() {
    owner.echo();
    int most = RouterConfig.DEFAULT.maxBodyBytes() - ReferenceCodec.HEADER_BYTES;
    Answers fits = asker.ask(key, "x".repeat(most));
    Answers tooLarge = asker.ask(key, "x".repeat(most + 1));
    asker.router.route(key, new Word("x".repeat(most + 1)));
    assertThat(tooLarge.all).isEmpty();
    ring.run(SECOND);
    assertThat(fits.only().isOk()).isTrue();
    assertThat(tooLarge.failure()).isEqualTo(Failure.Kind.TOO_LARGE);
    assertThat(tooLarge.at).isZero();
    assertThat(owner.words).hasSize(1);
    assertThat(asker.router.stats().lost()).as("the routed one").isEqualTo(1);
  }

  @Test
  void anAnswerThatIsTooLargeFails() {
    owner.router.onDeliver(
        Word.class,
        (delivery, word, responder) ->
            responder.reply(new Word("x".repeat(RouterConfig.DEFAULT.maxBodyBytes()))));
    Answers answers = asker.ask(key, "how much?");
    ring.run(SECOND);
    assertThat(answers.failure()).isEqualTo(Failure.Kind.TOO_LARGE);
  }

  @Test
  void moreRequestsThanMayBeInFlightAreOverloadAndRoomComesBack() {
    RouterConfig two =
        new RouterConfig(
            1_000, 2, Duration.ofMillis(10), Duration.ofMinutes(10), RouterConfig.Replies.DEFAULT);
    TestRing small = TestRing.of(3, two);
    Node from = small.nodes.get(0);
    Node to = small.nodes.get(1).echo();
    List<Answers> answers = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      answers.add(from.ask(to.peer.id(), "word"));
    }
    assertThat(from.router.stats().inFlight()).isEqualTo(2);
    small.run(SECOND);
    assertThat(answers.get(0).isOnly("word")).isTrue();
    assertThat(answers.get(1).isOnly("word")).isTrue();
    assertThat(answers.get(2).failure()).isEqualTo(Failure.Kind.OVERLOADED);
    Answers next = from.ask(to.peer.id(), "word");
    small.run(SECOND);
    assertThat(next.isOnly("word")).isTrue();
  }

  @Test
  void aPeerIsAskedWhetherItOwnsAnythingOrNot() {
    owner.echo().ring.activate(false);
    Answers answers = asker.ask(owner.peer, "you there?");
    ring.run(SECOND);
    assertThat(answers.isOnly("you there?")).isTrue();
    assertThat(owner.deliveries).containsExactly(new Delivery(key, asker.peer, 1));
    assertThat(ring.messages()).isEqualTo(2);
  }

  @Test
  void aRequestToOnePeerFailsAtOnceWhenTheConnectionToItIsLost() {
    owner.router.onDeliver(Word.class, (delivery, word, responder) -> {});
    Answers answers = asker.ask(owner.peer, "hello");
    ring.run(Duration.ofMillis(100));
    ring.kill(owner);
    ring.run(Duration.ofMillis(100));
    assertThat(answers.failure()).isEqualTo(Failure.Kind.UNAVAILABLE);
  }

  @Test
  void aTypeHasOneHandlerAndOneHook() {
    owner.echo();
    assertThatThrownBy(owner::echo).isInstanceOf(IllegalStateException.class);
    owner.router.onForward(Word.class, (delivery, word, next) -> Forward.Decision.CONTINUE);
    assertThatThrownBy(
            () ->
                owner.router.onForward(
                    Word.class, (delivery, word, next) -> Forward.Decision.CONTINUE))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aCallbackMayAskAgain() {
    owner.echo();
    List<Result<io.kringle.ring.Message>> second = new ArrayList<>();
    asker.router.ask(
        key,
        new Word("one"),
        AskOptions.DEFAULT,
        first -> asker.router.ask(key, new Word("two"), AskOptions.DEFAULT, second::add));
    ring.run(SECOND);
    assertThat(second).containsExactly(Result.ok(new Word("two")));
  }

  @Test
  void answersToOtherRequestsAndOtherPeersAcknowledgementsChangeNothing() {
    owner.router.onDeliver(Word.class, (delivery, word, responder) -> {});
    Answers answers = asker.ask(key, "mine", AskOptions.within(SECOND));
    Peer stranger = ring.nodes.get(2).peer;
    asker.router.received(stranger, new Reply(-1, 0, Bytes.EMPTY));
    asker.router.received(stranger, new Acks(List.of(1L, 2L)));
    asker.router.checkInvariants();
    ring.run(Duration.ofSeconds(2));
    assertThat(answers.failure()).isEqualTo(Failure.Kind.TIMEOUT);
  }
}
