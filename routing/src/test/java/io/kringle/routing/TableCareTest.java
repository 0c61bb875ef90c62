package io.kringle.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.kringle.ring.Id;
import io.kringle.ring.Peer;
import io.kringle.routing.RoutingMessage.Ping;
import io.kringle.routing.RoutingMessage.RowReply;
import io.kringle.routing.TestRing.Node;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How routing tables are filled and kept. */
class TableCareTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  @Test
  void afterJoiningTheNeighboursRowsAreTakenOver() {
    TestRing ring = TestRing.of(100).fillTables();
    Node newcomer = new TestRing(8, TestRing.ids(7, 100), RouterConfig.DEFAULT, true).nodes.get(0);
    assertThat(newcomer.router.stats().tableSize()).isZero();
    TestRing empty = TestRing.of(100);
    empty.nodes.stream().skip(1).forEach(node -> empty.peers.forEach(node.router::know));
    empty.nodes.get(0).ring.join();
    empty.run(SECOND);
    assertThat(empty.nodes.get(0).router.stats().tableSize())
        .isEqualTo(ring.nodes.get(0).router.stats().tableSize());
  }

  @Test
  void fromTimeToTimeRowsAreComparedSoThatARingOfEmptyTablesFillsThem() {
    TestRing ring = TestRing.of(60);
    TestRing full = TestRing.of(60).fillTables();
    ring.nodes.forEach(node -> node.ring.join());
    ring.run(Duration.ofHours(3));
    int filled = ring.nodes.stream().mapToInt(node -> node.router.stats().tableSize()).sum();
    int possible = full.nodes.stream().mapToInt(node -> node.router.stats().tableSize()).sum();
    assertThat(filled).isGreaterThan(possible * 9 / 10);
  }

  @Test
  void whoWasOnlyMentionedIsNotUsedBeforeItAnswered() {
    TestRing ring = TestRing.of(3);
    Node node = ring.nodes.get(0);
    Peer alive = ring.nodes.get(1).peer;
    Peer ghost = TestRing.peers(TestRing.ids(99, 1)).get(0);
    node.router.received(ring.nodes.get(2).peer, new RowReply(List.of(alive, ghost, node.peer)));
    int before = node.router.stats().tableSize();
    ring.run(Duration.ofSeconds(5));
    assertThat(ring.sent(Ping.class)).as("neither itself nor a second time").isLessThanOrEqualTo(2);
    assertThat(node.router.stats().tableSize()).isEqualTo(before + 1);
  }

  @Test
  void pingsAreBounded() {
    TestRing ring = TestRing.of(3);
    Node node = ring.nodes.get(0);
    List<Peer> many = TestRing.peers(TestRing.ids(4, 1_000));
    node.router.received(ring.nodes.get(1).peer, new RowReply(many));
    node.router.checkInvariants();
    assertThat(node.process.sent()).isEqualTo(TableCare.MAX_PINGS);
  }

  @Test
  void sendersAndOriginsOfMessagesFindTheirWayIntoTheTable() {
    TestRing ring = TestRing.of(100).fillTables();
    TestRing.Node owner = ring.nodes.get(50);
    TestRing empty = TestRing.of(100);
    empty.nodes.get(0).echo();
    for (Node node : empty.nodes) {
      node.ask(empty.peers.get(0).id(), "here I am");
    }
    empty.run(Duration.ofSeconds(3));
    assertThat(empty.nodes.get(0).words).hasSize(100);
    assertThat(empty.nodes.get(0).router.stats().tableSize())
        .isEqualTo(ring.nodes.get(0).router.stats().tableSize());
    assertThat(owner.words).isEmpty();
  }

  @Test
  void aLostConnectionTakesThePeerOut() {
    TestRing ring = TestRing.of(3);
    Node node = ring.nodes.get(0);
    Peer peer = ring.nodes.get(1).peer;
    node.router.know(peer);
    assertThat(node.router.stats().tableSize()).isEqualTo(1);
    node.router.unreachable(peer, "connection reset");
    assertThat(node.router.stats().tableSize()).isZero();
    assertThat(node.ring.suspects()).as("nothing was sent to it").isEmpty();
  }

  @Test
  void timeoutsFollowTheRoundTripWithinBounds() {
    Duration ackDelay = Duration.ofMillis(10);
    RoundTrips trips = new RoundTrips(ackDelay);
    assertThat(trips.timeout(Id.ZERO)).isEqualTo(Duration.ofMillis(310).toNanos());
    for (int i = 0; i < 50; i++) {
      trips.sample(Id.ZERO, Duration.ofMillis(1).toNanos());
    }
    assertThat(trips.timeout(Id.ZERO)).isEqualTo(Duration.ofMillis(110).toNanos());
    for (int i = 0; i < 50; i++) {
      trips.sample(Id.ZERO, Duration.ofMillis(400).toNanos());
    }
    assertThat(trips.timeout(Id.ZERO)).isGreaterThan(Duration.ofMillis(400).toNanos());
    for (int i = 0; i < 50; i++) {
      trips.sample(Id.ZERO, Duration.ofSeconds(5).toNanos());
    }
    assertThat(trips.timeout(Id.ZERO)).isEqualTo(SECOND.toNanos());
  }

  @Test
  void roundTripsOfSoManyPeersAreRememberedAndNoMore() {
    RoundTrips trips = new RoundTrips(Duration.ZERO);
    List<Id> ids = TestRing.ids(1, RoundTrips.MAX_PEERS + 1);
    ids.forEach(id -> trips.sample(id, 1));
    assertThat(trips.isMeasured(ids.get(0))).isFalse();
    assertThat(trips.isMeasured(ids.get(1))).isTrue();
    assertThat(trips.isMeasured(ids.get(RoundTrips.MAX_PEERS))).isTrue();
  }
}
