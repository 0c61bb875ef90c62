package io.kringle.ring;

import static org.assertj.core.api.Assertions.assertThat;

import io.kringle.ring.RingMessage.Doubted;
import io.kringle.ring.RingMessage.Failed;
import io.kringle.ring.RingMessage.Heartbeat;
import io.kringle.ring.RingMessage.Probe;
import io.kringle.ring.RingMessage.ProbeReply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** When a node takes another for dead, how it makes sure, and whom it tells. */
class RingFailureTest extends OneNode {
  @Test
  void aSuspectIsAskedSixTimesAndThenDroppedAndTheOthersAreTold() {
    activeWith(NEAR, FAR);
    ring.suspect(NEAR);
    for (int i = 0; i < 6; i++) {
      assertThat(world.take(NEAR, Probe.class)).hasSize(1);
      world.pass(RingConfig.defaults().probeTimeout().minusMillis(1));
      assertThat(world.take(NEAR, Probe.class)).isEmpty();
      assertThat(ring.leafSet().contains(NEAR.id())).isTrue();
      assertThat(ring.suspected()).contains(NEAR);
      world.pass(Duration.ofMillis(1));
    }
    assertThat(ring.leafSet().contains(NEAR.id())).isFalse();
    assertThat(ring.isFailed(NEAR.id())).isTrue();
    assertThat(world.take(FAR, Failed.class)).containsExactly(new Failed(List.of(NEAR)));
  }

  @Test
  void whoIsSaidToBeDeadIsAskedTwice() {
    activeWith(NEAR, FAR);
    ring.received(FAR, new Failed(List.of(NEAR)));
    world.pass(RingConfig.defaults().probeTimeout().multipliedBy(2).minusMillis(1));
    assertThat(ring.leafSet().contains(NEAR.id())).isTrue();
    world.pass(Duration.ofMillis(1));
    assertThat(ring.leafSet().contains(NEAR.id())).isFalse();
    assertThat(world.take(NEAR, Probe.class)).hasSize(2);
  }

  @Test
  void whoeverWaitsForALeafHasTheLeavesBesideItLookAtTheSameTime() {
    activeWith(NEAR, FAR);
    ring.suspect(NEAR);
    assertThat(world.take(FAR, Doubted.class)).containsExactly(new Doubted(NEAR));
    ring.suspect(NEAR);
    assertThat(world.take(FAR, Doubted.class)).as("while it is being looked at").isEmpty();
    ring.received(NEAR, new Doubted(FAR));
    assertThat(world.take(FAR, Probe.class)).hasSize(1);
    assertThat(world.take(NEAR, Doubted.class)).as("nobody is asked in turn").isEmpty();
  }

  @Test
  void aSuspectThatSaysSomethingElseMeanwhileStays() {
    activeWith(NEAR);
    ring.suspect(NEAR);
    world.pass(Duration.ofSeconds(1));
    ring.received(NEAR, new Heartbeat(0));
    world.pass(Duration.ofSeconds(3));
    assertThat(ring.leafSet().contains(NEAR.id())).isTrue();
  }

  @Test
  void aLostConnectionIsTriedOnceMoreAndTheSecondTimeThePeerIsDead() {
    activeWith(NEAR);
    ring.unreachable(NEAR, "connection reset");
    assertThat(world.take(NEAR, Probe.class)).hasSize(1);
    assertThat(ring.leafSet().contains(NEAR.id())).isTrue();
    ring.unreachable(NEAR, "connection refused");
    assertThat(ring.leafSet().contains(NEAR.id())).isFalse();
  }

  @Test
  void hearsayAloneKillsNobodyButThenOneRefusalIsEnough() {
    activeWith(NEAR, FAR);
    ring.received(FAR, new Failed(List.of(NEAR)));
    assertThat(ring.leafSet().contains(NEAR.id())).isTrue();
    assertThat(world.take(NEAR, Probe.class)).hasSize(1);
    ring.unreachable(NEAR, "connection refused");
    assertThat(ring.leafSet().contains(NEAR.id())).isFalse();
  }

  @Test
  void theDeadAreNotProbedBecauseOfGossipUntilTheyAreForgottenOrHeardFrom() {
    activeWith(NEAR, FAR);
    ring.unreachable(NEAR, "connection reset");
    ring.unreachable(NEAR, "connection refused");
    forget(NEAR);
    ring.received(FAR, new ProbeReply(true, List.of(NEAR)));
    assertThat(world.take(NEAR, Probe.class)).isEmpty();
    ring.received(NEAR, new Probe(false, List.of()));
    assertThat(ring.isFailed(NEAR.id())).isFalse();
    assertThat(ring.leafSet().contains(NEAR.id())).isTrue();
  }

  @Test
  void theDeadAreForgottenAfterAWhile() {
    activeWith(NEAR);
    ring.unreachable(NEAR, "connection reset");
    ring.unreachable(NEAR, "connection refused");
    assertThat(ring.failed()).isEqualTo(1);
    world.pass(RingConfig.defaults().failedMemory().plusSeconds(8));
    assertThat(ring.failed()).isZero();
  }

  @Test
  void aLeafThatAnotherOneDoesNotNameAndThatWasSilentForLongIsProbed() {
    activeWith(NEAR, FAR);
    ring.received(FAR, new Heartbeat(0));
    world.pass(Duration.ofSeconds(14));
    ring.received(NEAR, new ProbeReply(true, List.of(SELF)));
    assertThat(ring.suspected()).doesNotContain(FAR);
    while (ring.suspected().isEmpty()) {
      world.pass(Duration.ofMillis(100));
      ring.received(NEAR, new Heartbeat(0));
    }
    ring.received(FAR, new ProbeReply(true, List.of(SELF, NEAR)));
    ring.received(NEAR, new ProbeReply(true, List.of(SELF, FAR)));
    assertThat(ring.suspected()).isEmpty();
    world.pass(RingConfig.defaults().silence().minusMillis(100));
    ring.received(NEAR, new ProbeReply(true, List.of(SELF)));
    assertThat(ring.suspected()).as("it spoke up not long ago").isEmpty();
    world.pass(Duration.ofMillis(200));
    ring.received(NEAR, new ProbeReply(true, List.of(SELF)));
    assertThat(ring.suspected()).contains(FAR);
  }

  @Test
  void aLeafThatIsNearerTheOtherWayRoundIsMissedTooWhenAnotherOneDoesNotNameIt() {
    Peer self = at(0x9a);
    Ring uneven = new Ring(world, RingConfig.defaults(), self, new RememberedPeers());
    uneven.create(RING_ID);
    List<Peer> clockwise = at(0xa0, 0xa3, 0xab, 0xac, 0xad, 0xae, 0xb0, 0xc6);
    List<Peer> counterClockwise = at(0x94, 0x81, 0x7d, 0x6f, 0x38, 0x00, 0xde, 0xdc);
    clockwise.forEach(leaf -> uneven.received(leaf, new Probe(false, List.of(self))));
    counterClockwise.forEach(leaf -> uneven.received(leaf, new Probe(false, List.of(self))));
    assertThat(uneven.leafSet().clockwise()).isEqualTo(clockwise);
    assertThat(uneven.leafSet().counterClockwise()).isEqualTo(counterClockwise);
    world.pass(RingConfig.defaults().silence().plusMillis(1));

    List<Peer> known = new ArrayList<>(at(0x9a, 0xa0, 0xa3, 0xab, 0xac, 0xad, 0xae, 0xb0));
    known.addAll(at(0x81, 0x7d, 0x6f, 0x00, 0xde, 0xdc, 0xda, 0xd4));
    uneven.received(at(0x94), new ProbeReply(true, known));

    assertThat(uneven.suspected()).contains(at(0x38));
  }

  /** A peer whose id begins with this byte, and has no other. */
  private static Peer at(int firstByte) {
    return Ids.peer(Id.fromWords((long) firstByte << 56, 0, 0));
  }

  private static List<Peer> at(Integer... firstBytes) {
    return Stream.of(firstBytes).map(RingFailureTest::at).toList();
  }
}
