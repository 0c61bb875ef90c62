package io.kringle.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.kringle.ring.Id;
import io.kringle.ring.Peer;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rings that were cut, or stopped altogether, and come together again. */
class RingReunionTest {
  private static final Duration MINUTE = Duration.ofSeconds(60);

  @ParameterizedTest
  @CsvSource({"2,10,2", "8,3,10", "50,1,3"})
  void halvesThatWereCutForLongAreOneRingWithinAMinute(int half, int seeds, int minutes) {
    for (long seed = 1; seed <= seeds; seed++) {
      SimulatedRing ring = SimulatedRing.byReference(seed, 2 * half);
      List<Peer> one = ring.live().subList(0, half);
      List<Peer> other = ring.live().subList(half, 2 * half);
      ring.simulation.network().partition(ids(one), ids(other));
      ring.simulation.run(Duration.ofMinutes(minutes));
      ring.assertExact(one);
      ring.assertExact(other);
      ring.simulation.network().heal();
      ring.awaitExact(MINUTE);
    }
  }

  @Test
  void aShortCutIsMendedWithinAMinute() {
    for (long seed = 1; seed <= 5; seed++) {
      SimulatedRing ring = SimulatedRing.of(seed, 16);
      ring.simulation
          .network()
          .partition(ids(ring.live().subList(0, 8)), ids(ring.live().subList(8, 16)));
      ring.simulation.run(Duration.ofSeconds(5 * seed));
      ring.simulation.network().heal();
      ring.awaitExact(MINUTE);
    }
  }

  @ParameterizedTest
  @CsvSource({"4,10", "16,3", "50,1"})
  void aRingRestartsWithAllItsSeedsDead(int size, int seeds) {
    for (long seed = 1; seed <= seeds; seed++) {
      SimulatedRing ring = SimulatedRing.byReference(seed, size);
      List<Peer> all = ring.live();
      ring.simulation.run(MINUTE);
      all.forEach(peer -> ring.simulation.vanish(peer.id()));
      Peer dead = ring.newPeer();
      for (Peer peer : all.subList(1, size)) {
        ring.resume(peer, dead);
      }
      ring.awaitExact(MINUTE);
    }
  }

  @Test
  void twoThatWereCutForAMonthFindEachOther() {
    SimulatedRing ring = SimulatedRing.of(1, 2);
    ring.simulation
        .network()
        .partition(ids(ring.live().subList(0, 1)), ids(ring.live().subList(1, 2)));
    ring.simulation.run(Duration.ofDays(30));
    assertThat(ring.live()).allMatch(peer -> ring.ring(peer).leafSet().peers().isEmpty());
    ring.simulation.network().heal();
    ring.awaitExact(MINUTE);
  }

  @Test
  void aNodeThatServesAloneFindsTheRingWhenItsSeedAppears() {
    SimulatedRing ring = new SimulatedRing(1);
    Peer seed = ring.newPeer();
    Peer alone = ring.newPeer();
    ring.resume(alone, seed);
    ring.simulation.run(Duration.ofSeconds(4));
    assertThat(ring.ring(alone).isActive()).isTrue();
    ring.start(seed, it -> it.create(SimulatedRing.RING_ID));
    ring.awaitExact(MINUTE);
    assertThat(ring.ring(alone).leafSet().peers()).containsExactly(seed);
  }

  private static List<Id> ids(List<Peer> peers) {
    return peers.stream().map(Peer::id).toList();
  }
}
