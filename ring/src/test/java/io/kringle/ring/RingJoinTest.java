package io.kringle.ring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kringle.ring.RingMessage.JoinRefused;
import io.kringle.ring.RingMessage.JoinReply;
import io.kringle.ring.RingMessage.JoinRequest;
import io.kringle.ring.RingMessage.Probe;
import io.kringle.ring.RingMessage.ProbeReply;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The way into a ring: for those whom a node lets in, and for the node itself. */
class RingJoinTest extends OneNode {
  @Test
  void aJoinerIsPassedOnTowardsItsIdAndThePathIsWrittenDown() {
    activeWith(NEAR, FAR);
    Peer joiner = Ids.peer(Ids.id(5001));
    ring.received(joiner, request(joiner));
    assertThat(world.take(FAR, JoinRequest.class))
        .containsExactly(new JoinRequest(joiner, 9, List.of(SELF)));
  }

  @Test
  void theOwnerOfTheIdAnswersWithItsLeaves() {
    activeWith(NEAR, FAR);
    Peer joiner = Ids.peer(Ids.id(1001));
    ring.received(FAR, new JoinRequest(joiner, 3, List.of(FAR)));
    JoinReply reply = world.take(joiner, JoinReply.class).get(0);
    assertThat(reply.ringId()).isEqualTo(RING_ID);
    assertThat(reply.leaves()).containsExactlyInAnyOrder(NEAR, FAR);
    assertThat(reply.path()).containsExactly(FAR);
  }

  @Test
  void aBetterPathfinderIsAsked() {
    activeWith(NEAR, FAR);
    ring.pathfinder((target, usable) -> Optional.of(NEAR).filter(usable));
    Peer joiner = Ids.peer(Ids.id(5001));
    ring.received(joiner, request(joiner));
    assertThat(world.take(NEAR, JoinRequest.class)).hasSize(1);
  }

  @Test
  void aRequestThatWasPassedOnTooOftenIsRefused() {
    activeWith(FAR);
    Peer joiner = Ids.peer(Ids.id(5001));
    ring.received(joiner, new JoinRequest(joiner, 0, List.of()));
    assertThat(world.take(joiner, JoinRefused.class))
        .singleElement()
        .matches(refused -> !refused.forGood());
  }

  @Test
  void aJoinerWithTheIdOfThisNodeIsRefusedForGoodAndToldTheId() {
    activeWith(NEAR);
    Peer double1 = new Peer(SELF.id(), new Endpoint("elsewhere", 1), 9);
    ring.received(double1, request(double1));
    assertThat(ring.leafSet().peers()).containsExactly(NEAR);
    JoinRefused refused = world.take(double1, JoinRefused.class).get(0);
    assertThat(refused.forGood()).isTrue();
    assertThat(refused.reason()).contains(SELF.id().toString(), SELF.endpoint().toString());
  }

  @Test
  void aJoinerWithTheIdOfALiveLeafIsRefusedOnceTheLeafHasAnswered() {
    activeWith(NEAR, FAR);
    Peer claimant = new Peer(NEAR.id(), new Endpoint("elsewhere", 1), 9);
    ring.received(claimant, request(claimant));
    assertThat(world.take(claimant, Message.class)).isEmpty();
    assertThat(world.take(NEAR, Probe.class)).hasSize(1);
    ring.received(NEAR, new ProbeReply(true, List.of()));
    JoinRefused refused = world.take(claimant, JoinRefused.class).get(0);
    assertThat(refused.forGood()).isTrue();
    assertThat(refused.reason()).contains(NEAR.id().toString(), NEAR.endpoint().toString());
  }

  @Test
  void aJoinerWithTheIdOfADeadLeafComesInOnceTheLeafIsFoundDead() {
    activeWith(NEAR);
    Peer claimant = new Peer(NEAR.id(), new Endpoint("elsewhere", 1), 9);
    ring.received(claimant, request(claimant));
    ring.unreachable(NEAR, "connection refused");
    ring.unreachable(NEAR, "connection refused");
    assertThat(world.take(claimant, JoinReply.class)).hasSize(1);
  }

  @Test
  void aNewcomerAnnouncesItselfToEverybodyItIsToldOfBeforeItIsActive() {
    ring.join(List.of(FAR.endpoint()), outcomes::add);
    assertThat(world.take(FAR, JoinRequest.class)).hasSize(1);
    ring.received(FAR, new JoinReply(RING_ID, List.of(NEAR), List.of()));
    assertThat(world.take(FAR, Probe.class)).containsExactly(new Probe(false, List.of()));
    ring.received(FAR, new ProbeReply(true, List.of(NEAR)));
    assertThat(ring.isActive()).isFalse();
    ring.received(NEAR, new ProbeReply(true, List.of(FAR)));
    assertThat(ring.isActive()).isTrue();
    assertThat(outcomes).containsExactly(Result.ok(RING_ID));
    world.pass(Duration.ofMinutes(1));
    assertThat(outcomes).hasSize(1);
  }

  @Test
  void theProbeOfAPeerThatDoesNotKnowTheNewcomerYetIsNoAnswerToItsOwn() {
    ring.join(List.of(FAR.endpoint()), outcomes::add);
    ring.received(FAR, new JoinReply(RING_ID, List.of(NEAR), List.of()));
    ring.received(NEAR, new ProbeReply(true, List.of(SELF, FAR)));
    ring.received(FAR, new Probe(true, List.of(NEAR)));
    assertThat(ring.isActive()).isFalse();
    ring.received(FAR, new Probe(true, List.of(NEAR, SELF)));
    assertThat(ring.isActive()).isTrue();
  }

  @Test
  void aRefusalForGoodEndsTheJoiningOnceWithItsReason() {
    ring.join(List.of(FAR.endpoint()), outcomes::add);
    ring.received(NEAR, new JoinRefused(true, "the id is taken"));
    assertThat(outcomes).containsExactly(Result.failed(Failure.Kind.REFUSED, "the id is taken"));
    world.pass(Duration.ofMinutes(1));
    assertThat(outcomes).hasSize(1);
    assertThat(world.timers()).isZero();
  }

  @Test
  void anotherSeedIsAskedAtOnceWhenOneIsClosed() {
    ring.join(List.of(FAR.endpoint(), NEAR.endpoint()), outcomes::add);
    boolean farFirst = !world.take(FAR, JoinRequest.class).isEmpty();
    Peer first = farFirst ? FAR : NEAR;
    Peer second = farFirst ? NEAR : FAR;
    assertThat(world.take(second, JoinRequest.class)).isEmpty();
    ring.contactFailed(first.endpoint(), "connection refused");
    assertThat(world.take(second, JoinRequest.class)).hasSize(1);
  }

  @Test
  void aNewcomerRefusesOthersForNow() {
    ring.join(List.of(FAR.endpoint()), outcomes::add);
    ring.received(NEAR, request(NEAR));
    assertThat(world.take(NEAR, JoinRefused.class))
        .singleElement()
        .matches(refused -> !refused.forGood());
  }

  @Test
  void aNodeEntersARingOnce() {
    ring.create(RING_ID);
    assertThatThrownBy(() -> ring.create(RING_ID)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> ring.join(List.of(), outcomes::add))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void leavingWhileJoiningFailsTheJoining() {
    ring.join(List.of(FAR.endpoint()), outcomes::add);
    ring.leave(() -> {});
    world.pass(Duration.ofMinutes(1));
    assertThat(outcomes).singleElement().matches(outcome -> !outcome.isOk());
  }
}
