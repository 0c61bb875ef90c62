package io.kringle.ring;

import static org.assertj.core.api.Assertions.assertThat;

import io.kringle.ring.RingMessage.Probe;
import io.kringle.ring.RingMessage.ProbeReply;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A node whose neighbour is too far away looks for those in between. */
class BridgingTest {
  private static final long SPACING = 1L << 50;
  private static final long SELF_AT = 1L << 62;
  private static final Peer SELF = at(0);
  private static final Peer IN_THE_GAP = at(-200);
  private static final Peer ON_THE_WAY = at(-100);
  private static final Duration SECOND = Duration.ofSeconds(1);

  private final RecordingWorld world = new RecordingWorld();
  private final RememberedPeers remembered = new RememberedPeers();
  private final Ring ring = new Ring(world, RingConfig.defaults(), SELF, remembered);

  /** A peer so many times the usual distance after this node. */
  private static Peer at(int steps) {
    return Ids.peer(Id.fromWords(SELF_AT + steps * SPACING, 0, 0));
  }

  private void activeWithLeaves(int first, int last) {
    ring.create(Id.ofKey("a ring"));
    for (int i = first; i <= last; i++) {
      if (i != 0) {
        ring.received(at(i), new Probe(false, List.of()));
      }
    }
    ring.checkInvariants();
  }

  @Test
  void whomItRemembersInAGapIsProbedAndBecomesItsNeighbour() {
    remembered.reached(IN_THE_GAP);
    activeWithLeaves(1, 8);
    world.pass(SECOND);
    assertThat(world.take(IN_THE_GAP, Probe.class)).isNotEmpty();
    ring.received(IN_THE_GAP, new ProbeReply(true, List.of()));
    assertThat(ring.leafSet().predecessor()).isEqualTo(IN_THE_GAP);
    ring.checkInvariants();
  }

  @Test
  void theNextHopIntoTheGapIsProbed() {
    ring.pathfinder((target, usable) -> Optional.of(ON_THE_WAY).filter(usable));
    activeWithLeaves(1, 8);
    world.pass(SECOND);
    assertThat(world.take(ON_THE_WAY, Probe.class)).isNotEmpty();
  }

  @Test
  void whereThereIsNobodyItLooksEverMoreRarely() {
    int looks = 0;
    int lately = 0;
    activeWithLeaves(1, 8);
    for (int second = 0; second < 3_600; second++) {
      // Nobody remembers the dead for so long; it is as if it was heard of again each time.
      remembered.reached(IN_THE_GAP);
      for (int i = 1; i <= 8; i++) {
        ring.received(at(i), new ProbeReply(true, List.of()));
      }
      boolean asked = !world.take(IN_THE_GAP, Probe.class).isEmpty();
      looks += asked ? 1 : 0;
      lately += asked && second >= 1_800 ? 1 : 0;
      world.pass(SECOND);
    }
    assertThat(looks).isPositive();
    // A look takes three seconds until the probe is given up.
    assertThat(lately).isLessThanOrEqualTo(4 * 31);
  }

  @Test
  void evenlySpacedLeavesLeaveNothingToLookFor() {
    remembered.reached(IN_THE_GAP);
    activeWithLeaves(-8, 8);
    for (int second = 0; second < 10; second++) {
      world.pass(SECOND);
    }
    assertThat(world.take(IN_THE_GAP, Probe.class)).isEmpty();
  }
}
