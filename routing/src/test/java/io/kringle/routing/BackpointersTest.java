package io.kringle.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.kringle.ring.Id;
import io.kringle.ring.Peer;
import io.kringle.routing.RoutingMessage.Gone;
import io.kringle.routing.RoutingMessage.Holders;
import io.kringle.routing.RoutingMessage.Taken;
import io.kringle.routing.TestRing.Node;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who has a node in its table hears of its death from its predecessor. */
class BackpointersTest {
  private static final Duration ALL_TOLD = Duration.ofMinutes(4);
  private static final Duration SECOND = Duration.ofSeconds(1);

  private static TestRing ringOf(int size) {
    TestRing ring = TestRing.of(size).fillTables();
    ring.nodes.forEach(node -> node.ring.join());
    ring.run(ALL_TOLD);
    return ring;
  }

  private static List<Node> holders(TestRing ring, Node of) {
    Id id = of.peer.id();
    return ring.nodes.stream()
        .filter(node -> node != of && !node.ring.leafSet().contains(id))
        .filter(node -> node.router.nextHop(id).filter(of.peer::equals).isPresent())
        .toList();
  }

  @Test
  void whenTheSuccessorDiesItsHoldersAreToldAndTakeWhoTellsThem() {
    TestRing ring = ringOf(100);
    Node victim = ring.nodes.get(40);
    Node predecessor = ring.nodes.get(39);
    List<Node> holders = holders(ring, victim);
    assertThat(holders).hasSizeGreaterThan(10);
    ring.vanish(victim);
    predecessor.ring.suspect(victim.peer);
    ring.run(SECOND);
    assertThat(ring.sent(Gone.class)).isGreaterThanOrEqualTo(holders.size());
    assertThat(holders(ring, victim)).isEmpty();
    for (Node holder : holders) {
      assertThat(holder.router.nextHop(victim.peer.id())).isPresent();
    }
  }

  @Test
  void whatAThirdPartySaysOfAHolderIsNotKept() {
    TestRing ring = ringOf(100);
    Node victim = ring.nodes.get(40);
    Node predecessor = ring.nodes.get(39);
    int before = ring.sent(Gone.class);
    Peer stranger = ring.peers.get(70);
    predecessor.router.received(stranger, new Holders(ring.peers));
    ring.vanish(ring.nodes.get(70));
    predecessor.ring.suspect(stranger);
    ring.run(SECOND);
    assertThat(ring.sent(Gone.class)).isEqualTo(before);
    assertThat(holders(ring, victim)).isNotEmpty();
  }

  @Test
  void holdersAreBoundedAndWhoSaidSoLastIsKept() {
    TestRing ring = TestRing.of(3);
    Node node = ring.nodes.get(1);
    List<Peer> many = TestRing.peers(TestRing.ids(5, Backpointers.MOST + 10));
    many.forEach(holder -> node.router.received(holder, new Taken(0)));
    node.router.checkInvariants();
    Node predecessor = ring.nodes.get(0);
    predecessor.router.received(node.peer, new Holders(many));
    predecessor.router.checkInvariants();
  }

  @Test
  void theDeathOfANodeItselfIsNotBelieved() {
    TestRing ring = TestRing.of(3);
    Node node = ring.nodes.get(1);
    ring.nodes.forEach(other -> node.router.know(other.peer));
    int before = node.router.stats().tableSize();
    node.router.received(ring.peers.get(0), new Gone(node.peer));
    assertThat(node.router.stats().tableSize()).isEqualTo(before);
  }
}
