package io.kringle.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.kringle.ring.Failure;
import io.kringle.ring.Id;
import io.kringle.ring.Peer;
import io.kringle.routing.Forward.Decision;
import io.kringle.routing.TestRing.Answers;
import io.kringle.routing.TestRing.Node;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * The upcall {@code forward}: seen at every node of the path, it may stop or redirect a message.
 */
class ForwardTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  private final TestRing ring = TestRing.of(800).fillTables();
  private final Node origin = ring.nodes.get(0);
  private final Id key = farKey();
  private final Node owner = ring.owner(key);

  /** A key that is several hops away from the origin. */
  private Id farKey() {
    for (Id id : TestRing.ids(11, 1_000)) {
      if (path(id).size() == 4) {
        return id;
      }
    }
    throw new AssertionError("no key is three hops away");
  }

  private List<Node> path(Id to) {
    List<Node> path = new ArrayList<>(List.of(origin));
    while (path.get(path.size() - 1).router.nextHop(to).isPresent()) {
      Peer next = path.get(path.size() - 1).router.nextHop(to).get();
      path.add(ring.nodes.get(ring.peers.indexOf(next)));
    }
    return path;
  }

  @Test
  void everyNodeOfThePathSeesTheMessageTheOriginAndTheOwnerIncluded() {
    List<Peer> seenAt = new ArrayList<>();
    List<Peer> next = new ArrayList<>();
    List<Integer> hops = new ArrayList<>();
    for (Node node : ring.nodes) {
      node.echo()
          .router
          .onForward(
              Word.class,
              (delivery, word, to) -> {
                seenAt.add(node.peer);
                next.add(to);
                hops.add(delivery.hops());
                return Decision.CONTINUE;
              });
    }
    Answers answers = origin.ask(key, "hello");
    assertThat(seenAt).as("hooks are not called within the call").isEmpty();
    ring.run(SECOND);
    List<Peer> path = path(key).stream().map(node -> node.peer).toList();
    assertThat(answers.isOnly("hello")).isTrue();
    assertThat(seenAt).isEqualTo(path);
    assertThat(next).isEqualTo(List.of(path.get(1), path.get(2), path.get(3), path.get(3)));
    assertThat(hops).containsExactly(0, 1, 2, 3);
    assertThat(owner.deliveries).containsExactly(new Delivery(key, origin.peer, 3));
  }

  @Test
  void nodesWithoutAHookPassMessagesOnUndecoded() {
    owner.echo();
    Answers answers = origin.ask(key, "sealed");
    ring.run(SECOND);
    assertThat(answers.isOnly("sealed")).isTrue();
    List<Node> path = path(key);
    assertThat(path.get(1).codec.decoded()).isZero();
    assertThat(path.get(2).codec.decoded()).isZero();
    assertThat(owner.codec.decoded()).isEqualTo(1);
  }

  @Test
  void aHookOfAnotherTypeHasATypeDecodedOnceToLearnItsNumber() {
    owner.echo();
    Node between = path(key).get(1);
    between.router.onForward(Tally.class, (delivery, number, next) -> Decision.STOP);
    origin.ask(key, "one");
    origin.ask(key, "two");
    ring.run(SECOND);
    assertThat(owner.words).containsExactlyInAnyOrder("one", "two");
    assertThat(between.codec.decoded()).isEqualTo(1);
  }

  @Test
  void aStoppedMessageIsNotDeliveredAndItsAskerHearsNothing() {
    for (Node stopper : path(key)) {
      TestRing fresh = TestRing.of(800).fillTables();
      Node from = fresh.nodes.get(ring.nodes.indexOf(origin));
      Node to = fresh.nodes.get(ring.nodes.indexOf(owner)).echo();
      Node at = fresh.nodes.get(ring.nodes.indexOf(stopper));
      List<String> stopped = new ArrayList<>();
      at.router.onForward(
          Word.class,
          (delivery, word, next) -> {
            stopped.add(word.text());
            return Decision.STOP;
          });
      Answers answers = from.ask(key, "stop me", AskOptions.within(SECOND));
      fresh.run(Duration.ofSeconds(2));
      assertThat(stopped).containsExactly("stop me");
      assertThat(to.words).isEmpty();
      assertThat(answers.failure()).isEqualTo(Failure.Kind.TIMEOUT);
    }
  }

  @Test
  void aRedirectedMessageIsDeliveredAtTheOtherIdWhereverItIsRedirectedEvenAtTheLastHop() {
    Id other = ring.peers.get((ring.nodes.indexOf(owner) + 50) % 100).id();
    for (Node redirector : path(key)) {
      TestRing fresh = TestRing.of(800).fillTables();
      fresh.nodes.forEach(Node::echo);
      Node at = fresh.nodes.get(ring.nodes.indexOf(redirector));
      at.router.onForward(Word.class, (delivery, word, next) -> new Decision.Redirect(other));
      Answers answers = fresh.nodes.get(ring.nodes.indexOf(origin)).ask(key, "elsewhere");
      fresh.run(SECOND);
      assertThat(answers.isOnly("elsewhere")).isTrue();
      assertThat(fresh.owner(other).words).containsExactly("elsewhere");
      assertThat(fresh.owner(other).deliveries.get(0).key()).isEqualTo(other);
      assertThat(fresh.owner(key).words).isEmpty();
    }
  }

  @Test
  void aRedirectToTheNodeItselfIsDeliveredThere() {
    owner.echo();
    owner.router.onForward(
        Word.class, (delivery, word, next) -> new Decision.Redirect(owner.peer.id()));
    Answers answers = origin.ask(key, "stay");
    ring.run(SECOND);
    assertThat(answers.isOnly("stay")).isTrue();
    assertThat(owner.deliveries.get(0).key()).isEqualTo(owner.peer.id());
  }

  @Test
  void aHookThatThrowsRefusesTheMessage() {
    owner.echo();
    path(key)
        .get(1)
        .router
        .onForward(
            Word.class,
            (delivery, word, next) -> {
              throw new IllegalStateException("not through here");
            });
    Answers answers = origin.ask(key, "hello");
    ring.run(SECOND);
    assertThat(answers.failure()).isEqualTo(Failure.Kind.REFUSED);
    assertThat(owner.words).isEmpty();
  }

  @Test
  void aMessageToOnePeerPassesNoHook() {
    owner.echo();
    for (Node node : ring.nodes) {
      node.router.onForward(Word.class, (delivery, word, next) -> Decision.STOP);
    }
    Answers answers = origin.ask(owner.peer, "straight");
    ring.run(SECOND);
    assertThat(answers.isOnly("straight")).isTrue();
  }

  @Test
  void aRoutedMessageIsDeliveredOnceAndItsResponderIsDeaf() {
    owner.echo();
    origin.router.route(key, new Word("no answer, please"));
    ring.run(SECOND);
    assertThat(owner.words).containsExactly("no answer, please");
    assertThat(ring.sent(RoutingMessage.Reply.class)).isZero();
    assertThat(origin.router.stats().routed()).isEqualTo(1);
    assertThat(owner.router.stats().delivered()).isEqualTo(1);
    assertThat(path(key).get(1).router.stats().forwarded()).isEqualTo(1);
  }
}
