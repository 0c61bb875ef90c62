package io.kringle.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.kringle.ring.Id;
import io.kringle.ring.Peer;
import io.kringle.routing.RoutingMessage.RowReply;
import io.kringle.routing.RoutingMessage.Sighting;
import io.kringle.routing.RoutingMessage.Taken;
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
  void whoIsSaidToHaveLivedLatelyIsTakenAndWhoWasNotHeardOfForLongIsNot() {
    TestRing ring = TestRing.of(100);
    Node node = ring.nodes.get(0);
    Peer teller = ring.nodes.get(1).peer;
    List<Peer> mentioned = TestRing.peers(List.of(idBeginningWith("8"), idBeginningWith("c")));
    node.router.received(
        teller,
        new RowReply(
            1,
            List.of(
                new Sighting(mentioned.get(0), 1_000, 0),
                new Sighting(mentioned.get(1), Duration.ofDays(1).toMillis(), 0),
                new Sighting(node.peer, 0, 0))));
    assertThat(node.router.nextHop(mentioned.get(0).id())).contains(mentioned.get(0));
    assertThat(node.router.stats().tableSize()).as("with the teller").isEqualTo(2);
  }

  private static Id idBeginningWith(String digit) {
    return Id.ofHex(digit + "0".repeat(39));
  }

  @Test
  void ofTwoThatOthersTellOfTheNearerOneOverTheTellerIsKept() {
    RoundTrips trips = new RoundTrips(Duration.ZERO);
    RoutingTable table = new RoutingTable(Id.ZERO, trips);
    Peer far = TestRing.peers(List.of(Id.ofHex("8" + "1".repeat(39)))).get(0);
    Peer near = TestRing.peers(List.of(Id.ofHex("8" + "2".repeat(39)))).get(0);
    trips.suppose(far.id(), 9_000_000);
    trips.suppose(near.id(), 3_000_000);
    assertThat(table.offer(far, 0, 0)).isTrue();
    assertThat(table.offer(near, 0, 0)).isTrue();
    assertThat(table.offer(far, 0, 0)).isFalse();
    trips.sample(far.id(), 2_000_000);
    trips.suppose(far.id(), 9_000_000);
    assertThat(table.offer(far, 0, 0)).as("a measurement stands against hearsay").isTrue();
  }

  @Test
  void questionsAreBounded() {
    TestRing ring = TestRing.of(3);
    Node node = ring.nodes.get(0);
    List<Sighting> many =
        TestRing.peers(TestRing.ids(4, 1_000)).stream()
            .map(peer -> new Sighting(peer, 0, 0))
            .toList();
    for (int i = 0; i < 20; i++) {
      node.router.received(ring.nodes.get(1).peer, new RowReply(1, many));
    }
    node.router.checkInvariants();
    assertThat(node.process.sent()).isBetween(1L, (long) Pings.MAX);
  }

  @Test
  void anEntryThatWasSilentForLongIsAskedAndGoesIfItDoesNotAnswer() {
    TestRing ring = TestRing.of(8);
    Node node = ring.nodes.get(0);
    node.ring.join();
    ring.nodes.forEach(other -> node.router.know(other.peer));
    Node gone = ring.nodes.get(4);
    int before = node.router.stats().tableSize();
    ring.simulation.vanish(gone.peer.id());
    ring.run(RouterConfig.DEFAULT.tableSilence().plusMinutes(3));
    assertThat(node.router.stats().tableSize()).isEqualTo(before - 1);
  }

  @Test
  void whoeverTakesAPeerIntoItsTableIsKnownToThatPeer() {
    TestRing ring = TestRing.of(100);
    Node newcomer = ring.nodes.get(0);
    ring.nodes.stream().skip(1).forEach(node -> ring.peers.forEach(node.router::know));
    newcomer.ring.join();
    ring.run(Duration.ofMinutes(1));
    assertThat(ring.sent(Taken.class)).isGreaterThan(10);
  }

  @Test
  void theMoreDieTheSoonerSilenceIsNoticed() {
    TestRing ring = TestRing.of(1);
    Mortality mortality = new Mortality(ring.nodes.get(0).world);
    double atFirst = mortality.meanLifeNanos(60);
    ring.run(Duration.ofMinutes(30));
    double quiet = mortality.meanLifeNanos(60);
    for (int i = 0; i < 30; i++) {
      mortality.died();
      ring.run(Duration.ofMinutes(1));
    }
    double dying = mortality.meanLifeNanos(60);
    assertThat(quiet).isGreaterThan(10 * atFirst);
    // Thirty of sixty in an hour, of which the one that is about to be noticed makes little.
    assertThat(dying / Duration.ofHours(2).toNanos()).isBetween(0.9, 1.1);
    ring.run(Duration.ofHours(3));
    assertThat(mortality.meanLifeNanos(60)).isGreaterThan(10 * dying);
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
    assertThat(trips.timeout(Id.ZERO)).isEqualTo(Duration.ofMillis(40).toNanos());
    for (int i = 0; i < 50; i++) {
      trips.sample(Id.ZERO, Duration.ofMillis(400).toNanos());
    }
    assertThat(trips.timeout(Id.ZERO)).isGreaterThan(Duration.ofMillis(400).toNanos());
    for (int i = 0; i < 50; i++) {
      trips.sample(Id.ZERO, Duration.ofSeconds(5).toNanos());
    }
    assertThat(trips.timeout(Id.ZERO)).isEqualTo(SECOND.toNanos());
    Id other = Id.MAX;
    trips.sample(other, Duration.ofMillis(80).toNanos());
    long once = trips.timeout(other);
    trips.late(other);
    assertThat(trips.timeout(other)).isBetween(once + 100_000_000, 2 * once);
    trips.sample(other, Duration.ofMillis(80).toNanos());
    assertThat(trips.timeout(other)).isLessThanOrEqualTo(once);
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
