package io.kringle.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.kringle.ring.Id;
import io.kringle.ring.Peer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** Rowstron, Druschel 2001, section 2.3: the next hop, against a model that knows every node. */
class NextHopTest {

  /** Random ids, some of which share long prefixes with others. */
  private static List<Id> ids(SplittableRandom random, int count) {
    List<Id> ids = new ArrayList<>();
    while (ids.size() < count) {
      Id fresh = Id.random(random);
      if (!ids.isEmpty() && random.nextInt(4) == 0) {
        Id near = ids.get(random.nextInt(ids.size()));
        fresh = Id.fromWords(near.high(), fresh.middle(), fresh.low());
      }
      ids.add(fresh);
    }
    return ids;
  }

  private static Peer closest(List<Peer> peers, Id key) {
    Peer best = peers.get(0);
    for (Peer peer : peers) {
      if (key.isCloserTo(peer.id(), best.id())) {
        best = peer;
      }
    }
    return best;
  }

  private record Node(FixedRing ring, RoutingTable table, NextHop nextHop) {
    static Node at(int index, List<Peer> peers) {
      FixedRing ring = FixedRing.at(index, peers, TestRing.LEAVES, id -> false);
      RoutingTable table = new RoutingTable(ring.self().id(), new RoundTrips(Duration.ZERO));
      return new Node(ring, table, new NextHop(ring, table));
    }
  }

  @Property(tries = 300)
  void everyRouteEndsAtTheClosestNodeHoweverFullTheTablesAre(
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 80) int size,
      @ForAll @DoubleRange(min = 0, max = 1) double fill) {
    SplittableRandom random = new SplittableRandom(seed);
    List<Peer> peers = TestRing.peers(ids(random, size));
    List<Node> nodes = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      Node node = Node.at(i, peers);
      nodes.add(node);
      for (Peer peer : peers) {
        if (random.nextDouble() < fill) {
          node.table.offer(peer, 0, 0);
        }
      }
      node.table.checkInvariants();
    }
    for (int i = 0; i < 20; i++) {
      Id key = i % 4 == 0 ? peers.get(random.nextInt(size)).id().next() : Id.random(random);
      Peer at = peers.get(random.nextInt(size));
      int hops = 0;
      Optional<Peer> next = nodes.get(peers.indexOf(at)).nextHop.towards(key, List.of());
      while (next.isPresent()) {
        at = next.get();
        assertThat(++hops).as("hops").isLessThanOrEqualTo(size);
        next = nodes.get(peers.indexOf(at)).nextHop.towards(key, List.of());
      }
      assertThat(at).isEqualTo(closest(peers, key));
      assertThat(nodes.get(peers.indexOf(at)).ring.owns(key)).isTrue();
    }
  }

  @Property(tries = 200)
  void withFullTablesEachHopSharesOneMoreDigitOrGoesToTheClosest(
      @ForAll long seed, @ForAll @IntRange(min = 20, max = 200) int size) {
    SplittableRandom random = new SplittableRandom(seed);
    List<Peer> peers = TestRing.peers(ids(random, size));
    Node node = Node.at(random.nextInt(size), peers);
    peers.forEach(peer -> node.table.offer(peer, 0, 0));
    Id self = node.ring.self().id();
    for (int i = 0; i < 20; i++) {
      Id key = Id.random(random);
      Optional<Peer> next = node.nextHop.towards(key, List.of());
      boolean another =
          peers.stream().anyMatch(peer -> Digits.shared(peer.id(), key) > Digits.shared(self, key));
      if (node.ring.leafSet().covers(key)) {
        assertThat(next.orElse(node.ring.self())).isEqualTo(closest(peers, key));
      } else if (another) {
        assertThat(Digits.shared(next.orElseThrow().id(), key))
            .isGreaterThan(Digits.shared(self, key));
      } else {
        assertThat(key.isCloserTo(next.orElseThrow().id(), self)).isTrue();
      }
    }
  }

  @Test
  void whoIsAvoidedIsNotChosenAndWhoIsFailedIsForgotten() {
    List<Peer> peers = TestRing.peers(TestRing.ids(3, 200));
    FixedRing ring = FixedRing.at(0, peers, TestRing.LEAVES, id -> true);
    RoutingTable table = new RoutingTable(ring.self().id(), new RoundTrips(Duration.ZERO));
    peers.forEach(peer -> table.offer(peer, 0, 0));
    NextHop nextHop = new NextHop(ring, table);
    Id key = peers.get(100).id();
    Peer first = nextHop.towards(key, List.of()).orElseThrow();

    Peer second = nextHop.towards(key, List.of(first.id())).orElseThrow();
    assertThat(second).isNotEqualTo(first);
    assertThat(key.isCloserTo(second.id(), ring.self().id())).isTrue();

    int size = table.size();
    ring.suspect(first);
    assertThat(nextHop.towards(key, List.of())).isPresent().get().isNotEqualTo(first);
    assertThat(table.size()).isEqualTo(size - 1);
  }

  @Test
  void ofTwoCandidatesForACellTheNearerOneIsKept() {
    Id self = Id.ZERO;
    RoundTrips trips = new RoundTrips(Duration.ZERO);
    RoutingTable table = new RoutingTable(self, trips);
    Peer held = TestRing.peers(List.of(Id.ofHex("5" + "0".repeat(39)))).get(0);
    Peer other = TestRing.peers(List.of(Id.ofHex("5" + "1".repeat(39)))).get(0);
    Id key = Id.ofHex("50" + "f".repeat(38));
    table.offer(held, 0, 0);
    table.offer(other, 0, 0);
    assertThat(table.towards(key)).contains(held);
    trips.sample(other.id(), 2_000_000);
    table.offer(other, 0, 0);
    assertThat(table.towards(key)).as("measured before unmeasured").contains(other);
    trips.sample(held.id(), 1_000_000);
    table.offer(held, 0, 0);
    assertThat(table.towards(key)).contains(held);
    table.offer(other, 0, 0);
    assertThat(table.towards(key)).contains(held);
  }

  @Test
  void aPeerThatCameBackReplacesItsFormerSelf() {
    Peer before = TestRing.peers(TestRing.ids(5, 1)).get(0);
    Peer after = new Peer(before.id(), before.endpoint(), 2);
    RoutingTable table = new RoutingTable(Id.ZERO, new RoundTrips(Duration.ZERO));
    table.offer(before, 0, 0);
    table.offer(after, 0, 0);
    assertThat(table.towards(before.id())).contains(after);
    assertThat(table.size()).isEqualTo(1);
  }
}
