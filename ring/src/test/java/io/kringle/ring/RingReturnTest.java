package io.kringle.ring;

import static org.assertj.core.api.Assertions.assertThat;

import io.kringle.ring.RingMessage.JoinReply;
import io.kringle.ring.RingMessage.JoinRequest;
import io.kringle.ring.RingMessage.Probe;
import io.kringle.ring.RingMessage.ProbeReply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A node that had a ring before: how it finds the others again, or serves alone. */
class RingReturnTest extends OneNode {
  @Test
  void aSeedOfAnotherRingEndsTheWayBack() {
    ring.resume(RING_ID, List.of(FAR.endpoint()), outcomes::add);

    ring.contactRefused(FAR.endpoint(), "other ring id");

    assertThat(outcomes)
        .containsExactly(
            Result.failed(
                Failure.Kind.REFUSED,
                "the seed " + FAR.endpoint() + " is no way in: other ring id"));
    assertThat(world.timers()).isZero();
  }

  @Test
  void aStrangerWhereARememberedPeerWasEndsNothing() {
    ring.resume(RING_ID, List.of(FAR.endpoint()), outcomes::add);

    ring.contactRefused(NEAR.endpoint(), "other ring id");

    assertThat(outcomes).isEmpty();
  }

  @Test
  void whoeverProbesANodeThatLooksForItsRingIsAskedTheWay() {
    ring.resume(RING_ID, List.of(), outcomes::add);
    ring.received(NEAR, new Probe(true, List.of()));
    assertThat(world.take(NEAR, Message.class)).singleElement().isInstanceOf(JoinRequest.class);
  }

  @Test
  void aNodeThatReturnsAndFindsNobodyServesAloneAfterThreeSeconds() {
    ring.resume(RING_ID, List.of(FAR.endpoint()), outcomes::add);
    world.pass(Duration.ofMillis(2_999));
    assertThat(ring.isActive()).isFalse();
    world.pass(Duration.ofMillis(1));
    assertThat(ring.isActive()).isTrue();
    assertThat(outcomes).containsExactly(Result.ok(RING_ID));
    forget(FAR);
    world.pass(Duration.ofSeconds(6));
    assertThat(world.take(FAR, JoinRequest.class)).as("goes on looking").isNotEmpty();
  }

  @Test
  void aReplyFromAnotherRingIsNoWayIn() {
    ring.resume(RING_ID, List.of(FAR.endpoint()), outcomes::add);
    ring.received(FAR, new JoinReply(Id.ofKey("another ring"), List.of(NEAR), List.of()));
    assertThat(ring.probing()).isZero();
  }

  @Test
  void aSeedOfAnotherRingIsReportedToANodeThatIsAloneForWantOfIt() {
    List<Endpoint> reported = new ArrayList<>();
    ring.listen(
        new RingListener() {
          @Override
          public void anotherRing(Endpoint seed, String reason) {
            reported.add(seed);
          }
        });
    ring.create(RING_ID, List.of(FAR.endpoint()));
    world.pass(Duration.ofMinutes(1));
    assertThat(world.take(FAR, JoinRequest.class)).as("goes on looking").isNotEmpty();

    ring.contactRefused(NEAR.endpoint(), "other ring id");
    assertThat(reported).isEmpty();
    ring.contactRefused(FAR.endpoint(), "other ring id");
    assertThat(reported).containsExactly(FAR.endpoint());
  }

  @Test
  void aNodeThatIsAloneKeepsLookingForTheOthersAtShortIntervals() {
    assertThat(asksInTenMinutes()).as("every ten seconds at least").isGreaterThanOrEqualTo(60);
  }

  @Test
  void soDoesOneThatHasOnlySomeLeaves() {
    assertThat(asksInTenMinutes(NEAR)).isGreaterThanOrEqualTo(60);
  }

  /** How often a node with these leaves, which are well, asks for the way at a remembered peer. */
  private int asksInTenMinutes(Peer... leaves) {
    RememberedPeers memory = new RememberedPeers();
    memory.reached(FAR);
    Ring few = new Ring(world, RingConfig.defaults(), SELF, memory);
    few.create(RING_ID);
    int asked = 0;
    for (int second = 0; second < 600; second++) {
      for (Peer leaf : leaves) {
        few.received(leaf, new ProbeReply(true, List.of(SELF)));
      }
      world.pass(Duration.ofSeconds(1));
      if (!world.take(FAR, JoinRequest.class).isEmpty()) {
        asked++;
        few.contactFailed(FAR.endpoint(), "no answer");
      }
    }
    return asked;
  }

  @Test
  void aPeerThatIsNotReachedForTwoWeeksAmongOthersIsForgotten() {
    RememberedPeers memory = new RememberedPeers();
    Ring aging = new Ring(world, RingConfig.defaults(), SELF, memory);
    aging.create(RING_ID);
    memory.reached(FAR);
    for (int hour = 0; hour < RememberedPeers.FORGOTTEN_AFTER; hour++) {
      world.pass(Duration.ofHours(1));
      memory.reached(NEAR);
    }
    assertThat(memory.find(FAR.id())).contains(FAR);
    for (int hour = 0; hour < 2; hour++) {
      memory.reached(NEAR);
      world.pass(Duration.ofHours(1));
    }
    assertThat(memory.find(FAR.id())).isEmpty();
    assertThat(memory.find(NEAR.id())).contains(NEAR);
  }
}
