package io.kringle.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.kringle.ring.Endpoint;
import io.kringle.ring.Id;
import io.kringle.ring.Peer;
import io.kringle.ring.Result;
import io.kringle.ring.Ring;
import io.kringle.ring.RingConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole rings in virtual time: joining, dying, leaving, coming back. */
class RingSimulationTest {
  private static final RingConfig CONFIG = RingConfig.defaults();
  private static final Duration MINUTE = Duration.ofSeconds(60);

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 9, 17, 18, 40})
  void nodesThatJoinOneAfterAnotherFormOneRing(int size) {
    for (long seed = 1; seed <= 5; seed++) {
      SimulatedRing ring = SimulatedRing.of(seed, size);
      assertThat(ring.departures).as("seed %d: nobody was found dead", seed).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({"2,20", "10,20", "100,3"})
  void nodesThatJoinAtTheSameMomentFormOneRing(int newcomers, int seeds) {
    for (long seed = 1; seed <= seeds; seed++) {
      SimulatedRing ring = new SimulatedRing(seed);
      Peer first = ring.create();
      for (int i = 0; i < newcomers; i++) {
        ring.join(first);
      }
      Duration took = ring.awaitExact(Duration.ofSeconds(20));
      ring.simulation.run(Duration.ofSeconds(10));
      ring.assertExact(ring.live());
      assertThat(ring.outcomes).as("seed %d, %s", seed, took).hasSize(newcomers);
      assertThat(ring.outcomes.values()).containsOnly(Result.ok(SimulatedRing.RING_ID));
    }
  }

  /** A death is noticed within 20 s, and the next heartbeat finds what its repair left undone. */
  private static final Duration NOTICED_AND_AGREED =
      Duration.ofSeconds(20).plus(RingConfig.defaults().heartbeat());

  @Test
  void theSurvivorThatOwnsTheIdOfADeadNodeIsToldSoAndNobodyElse() {
    for (long seed = 1; seed <= 20; seed++) {
      SimulatedRing ring = SimulatedRing.of(seed, 15);
      Peer victim = ring.peers.get((int) seed % 15);
      ring.simulation.kill(victim.id());
      ring.awaitExact(Duration.ofSeconds(15));
      assertInherited(ring, List.of(victim));
      assertThat(ring.departures).as("seed %d: every leaf is told", seed).hasSize(14);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void severalNeighboursThatDieTogetherAreInheritedOnceEach(boolean connectionsBreak) {
    for (long seed = 1; seed <= 20; seed++) {
      SimulatedRing ring = SimulatedRing.of(seed, 30);
      List<Peer> sorted = new ArrayList<>(ring.live());
      sorted.sort(Comparator.comparing(Peer::id));
      List<Peer> victims = sorted.subList(5, 8);
      for (Peer victim : victims) {
        if (connectionsBreak) {
          ring.simulation.kill(victim.id());
        } else {
          ring.simulation.vanish(victim.id());
        }
      }
      ring.awaitExact(NOTICED_AND_AGREED);
      assertInherited(ring, victims);
    }
  }

  private static void assertInherited(SimulatedRing ring, List<Peer> departed) {
    for (Peer peer : departed) {
      Peer heir = ring.live().get(0);
      for (Peer candidate : ring.live()) {
        heir = peer.id().isCloserTo(candidate.id(), heir.id()) ? candidate : heir;
      }
      assertThat(ring.departures)
          .as("seed %d: heirs of %s", ring.simulation.seed(), peer)
          .filteredOn(departure -> departure.inherited() && departure.departed().equals(peer))
          .extracting(SimulatedRing.Departure::at)
          .containsExactly(heir);
    }
  }

  @Test
  void aNodeThatVanishesWithoutAWordIsNoticedWithinTwentySeconds() {
    for (long seed = 1; seed <= 10; seed++) {
      SimulatedRing ring = SimulatedRing.of(seed, 40);
      ring.simulation.vanish(ring.peers.get(7).id());
      ring.awaitExact(Duration.ofSeconds(20).plusSeconds(3));
    }
  }

  @Test
  void aNodeThatLeavesIsDroppedAtOnceAndNotRaisedByGossip() {
    for (long seed = 1; seed <= 10; seed++) {
      SimulatedRing ring = SimulatedRing.of(seed, 30);
      Peer leaver = ring.peers.get(3);
      List<Peer> gone = new ArrayList<>();
      ring.ring(leaver).leave(() -> gone.add(leaver));
      ring.simulation.run(Duration.ofMillis(200));
      assertThat(gone).containsExactly(leaver);
      ring.simulation.vanish(leaver.id());
      assertThat(ring.awaitExact(Duration.ofSeconds(1)))
          .as("seed %d", seed)
          .isLessThan(Duration.ofSeconds(1));
      assertInherited(ring, List.of(leaver));
      int told = ring.departures.size();
      ring.simulation.run(MINUTE);
      ring.assertExact(ring.live());
      assertThat(ring.departures).as("seed %d: gone once", seed).hasSize(told);
    }
  }

  @Test
  void aRestartedNodeWithTheSameIdTakesItsPlaceAgain() {
    for (long seed = 1; seed <= 10; seed++) {
      SimulatedRing ring = SimulatedRing.of(seed, 25);
      Peer old = ring.peers.get(4);
      ring.simulation.kill(old.id());
      ring.simulation.run(Duration.ofMillis(seed * 150));
      ring.resume(old, ring.peers.get(0));
      ring.awaitExact(Duration.ofSeconds(10));
      assertThat(ring.outcomes.get(old.id())).isEqualTo(Result.ok(SimulatedRing.RING_ID));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aNodeThatComesBackAsAnotherIncarnationReplacesItsOldSelf(boolean elsewhere) {
    for (long seed = 1; seed <= 10; seed++) {
      SimulatedRing ring = SimulatedRing.of(seed, 25);
      Peer old = ring.peers.get(4);
      Endpoint endpoint = elsewhere ? new Endpoint("10.9.9.9", 99) : old.endpoint();
      Peer reborn = new Peer(old.id(), endpoint, old.incarnation() + 1000);
      ring.simulation.vanish(old.id());
      ring.joinAs(reborn, ring.peers.get(0), ring.peers.get(1));
      // At another address it has to be seen first that nobody is left at the old one.
      ring.awaitExact(Duration.ofSeconds(elsewhere ? 15 : 5));
      ring.simulation.run(MINUTE);
      ring.assertExact(ring.live());
    }
  }

  @Test
  void aSeedThatIsStillJoiningIsAskedAgainLater() {
    SimulatedRing ring = new SimulatedRing(1);
    Peer first = ring.newPeer();
    Peer second = ring.join(first);
    Peer third = ring.join(second);
    ring.simulation.run(Duration.ofSeconds(5));
    assertThat(ring.outcomes).isEmpty();
    ring.start(first, it -> it.create(SimulatedRing.RING_ID));
    ring.awaitExact(Duration.ofSeconds(20));
    assertThat(ring.outcomes).containsOnlyKeys(second.id(), third.id());
  }

  @Test
  void aNewcomerWhoseSeedsAreDeadFailsAndNamesThemAndTheReason() {
    SimulatedRing ring = new SimulatedRing(1);
    Peer lost = ring.join(ring.newPeer(), ring.newPeer());
    ring.simulation.run(MINUTE);
    Result<Id> outcome = ring.outcomes.get(lost.id());
    assertThat(outcome.isOk()).isFalse();
    assertThat(outcome.toString()).contains("10.0.0.0:1", "10.0.0.0:2", "connection refused");
    assertThat(ring.ring(lost).isActive()).isFalse();
  }

  @Test
  void churnOverABadNetworkEndsInAnExactRingOnceItIsQuiet() {
    for (long seed = 1; seed <= 10; seed++) {
      SimulatedRing ring = SimulatedRing.of(seed, 20);
      ring.simulation.network().lose(0.05);
      ring.simulation.network().duplicate(0.05);
      ring.simulation.network().reorder(0.1);
      for (int i = 0; i < 30; i++) {
        churn(ring);
        ring.simulation.run(Duration.ofMillis(ring.random.nextLong(3_000)));
      }
      ring.simulation.network().lose(0);
      ring.simulation.network().duplicate(0);
      ring.simulation.network().reorder(0);
      ring.awaitExact(Duration.ofMinutes(3));
    }
  }

  private static void churn(SimulatedRing ring) {
    List<Peer> active = ring.live().stream().filter(peer -> ring.ring(peer).isActive()).toList();
    Peer one = active.get(ring.random.nextInt(active.size()));
    switch (ring.random.nextInt(4)) {
      case 0 -> ring.simulation.kill(one.id());
      case 1 -> ring.simulation.vanish(one.id());
      default -> ring.join(active.toArray(Peer[]::new));
    }
  }

  @Test
  void sameSeedSameRunAndAnotherSeedAnother() {
    assertThat(traceOf(1)).isEqualTo(traceOf(1)).isNotEqualTo(traceOf(2));
  }

  private static long traceOf(long seed) {
    SimulatedRing ring = SimulatedRing.of(seed, 20);
    ring.simulation.kill(ring.peers.get(2).id());
    ring.simulation.run(MINUTE);
    return ring.simulation.traceHash();
  }

  @Test
  void aQuietRingOfAThousandSendsAMessagePerNodeInSixSecondsOrRarer() {
    SimulatedRing ring = SimulatedRing.of(1, 1000, CONFIG, Duration.ofSeconds(100));
    long before = sent(ring);
    ring.simulation.run(MINUTE);
    double rate = (sent(ring) - before) / 1000.0 / MINUTE.toSeconds();
    assertThat(rate).isBetween(0.06, 0.17);
  }

  private static long sent(SimulatedRing ring) {
    return ring.simulation.live().stream().mapToLong(SimulatedNode::sent).sum();
  }

  @Test
  void aNodeThatHasLostAllItsNeighboursStaysActiveAndAlone() {
    SimulatedRing ring = SimulatedRing.of(1, 5);
    for (Peer peer : ring.peers.subList(1, 5)) {
      ring.simulation.kill(peer.id());
    }
    ring.awaitExact(Duration.ofSeconds(10));
    Ring survivor = ring.ring(ring.peers.get(0));
    assertThat(survivor.isActive()).isTrue();
    assertThat(survivor.leafSet().peers()).isEmpty();
    assertInherited(ring, ring.peers.subList(1, 5));
  }
}
