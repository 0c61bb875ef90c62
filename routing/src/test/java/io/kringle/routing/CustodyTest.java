package io.kringle.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.kringle.ring.Bytes;
import io.kringle.ring.Id;
import io.kringle.ring.Peer;
import io.kringle.routing.RoutingMessage.Stuck;
import io.kringle.routing.TestRing.Node;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** A message that waits for a silent owner does not die with the node that waits. */
class CustodyTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  private final TestRing ring = TestRing.of(100).fillTables();
  private final Node origin = ring.nodes.get(0);
  private final Id key = keyOverOneHop();
  private final Node owner = ring.owner(key);
  private final Node waiting = ring.node(origin.router.nextHop(key).orElseThrow());

  /** A key whose owner is known to the next hop, and is not that hop. */
  private Id keyOverOneHop() {
    SplittableRandom random = new SplittableRandom(5);
    while (true) {
      Id candidate = Id.random(random);
      Peer ownerOf = ring.owner(candidate).peer;
      Peer next = origin.router.nextHop(candidate).orElse(ownerOf);
      boolean knowsTheOwner =
          ring.node(next).router.nextHop(candidate).filter(ownerOf::equals).isPresent();
      if (!next.equals(ownerOf) && knowsTheOwner && !ownerOf.equals(origin.peer)) {
        return candidate;
      }
    }
  }

  @Test
  void theOriginSendsItAgainToTheHeir() {
    ring.nodes.forEach(Node::echo);
    ring.simulation.vanish(owner.peer.id());
    origin.router.route(key, new Word("not lost"));
    ring.run(SECOND);
    assertThat(ring.sent(Stuck.class)).isPositive();
    ring.simulation.vanish(waiting.peer.id());
    ring.bury(List.of(owner, waiting));
    Node heir = ring.heir(key);
    ring.run(Custody.UNTIL_AGAIN);
    assertThat(heir.words).containsExactly("not lost");
  }

  @Test
  void whoeverGotItAlreadyHandlesItOnce() {
    owner.echo();
    ring.simulation.network().cut(waiting.peer.id(), owner.peer.id());
    origin.router.route(key, new Word("once"));
    ring.run(SECOND);
    assertThat(ring.sent(Stuck.class)).isPositive();
    assertThat(owner.words).isEmpty();
    ring.simulation.network().heal();
    ring.run(Custody.UNTIL_AGAIN.plusSeconds(5));
    assertThat(owner.words).containsExactly("once");
  }

  @Test
  void aCopyIsSentAgainOnce() {
    owner.echo();
    Bytes body = Bytes.of(origin.codec.encode(new Word("copy")));
    for (int i = 0; i < 3; i++) {
      origin.router.received(waiting.peer, new Stuck(1, key, body));
      ring.run(SECOND);
    }
    int before = ring.sent(RoutingMessage.Hop.class);
    ring.run(Custody.UNTIL_AGAIN.plusSeconds(5));
    assertThat(owner.words).containsExactly("copy");
    assertThat(ring.sent(RoutingMessage.Hop.class) - before).isEqualTo(2);
  }
}
