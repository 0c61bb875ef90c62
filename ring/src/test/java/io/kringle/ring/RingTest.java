package io.kringle.ring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kringle.ring.RingMessage.Doubted;
import io.kringle.ring.RingMessage.Failed;
import io.kringle.ring.RingMessage.Heartbeat;
import io.kringle.ring.RingMessage.JoinRefused;
import io.kringle.ring.RingMessage.JoinReply;
import io.kringle.ring.RingMessage.JoinRequest;
import io.kringle.ring.RingMessage.Leaving;
import io.kringle.ring.RingMessage.Probe;
import io.kringle.ring.RingMessage.ProbeReply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** One node's ring, step by step: what goes in, and what it says to whom. */
class RingTest {
  private static final Id RING_ID = Id.ofKey("a ring");
  private static final Peer SELF = Ids.peer(Ids.id(1000));
  private static final Peer NEAR = Ids.peer(Ids.id(1100));
  private static final Peer FAR = Ids.peer(Ids.id(5000));

  private final RecordingWorld world = new RecordingWorld();
  private final Ring ring = new Ring(world, RingConfig.defaults(), SELF, new RememberedPeers());
  private final List<Result<Id>> outcomes = new ArrayList<>();

  private void activeWith(Peer... leaves) {
    ring.create(RING_ID);
    for (Peer leaf : leaves) {
      ring.received(leaf, new Probe(false, List.of()));
    }
    assertThat(ring.leafSet().peers()).containsExactlyInAnyOrder(leaves);
    forget(leaves);
  }

  private void forget(Peer... peers) {
    for (Peer peer : peers) {
      world.take(peer, Message.class);
    }
  }

  private static JoinRequest request(Peer joiner) {
    return new JoinRequest(joiner, 10, List.of());
  }

  // Leaves.

  @Test
  void aPeerThatIsMerelyMentionedIsProbedAndBecomesALeafOnlyByAnswering() {
    activeWith(NEAR);
    ring.received(NEAR, new ProbeReply(true, List.of(FAR)));
    assertThat(ring.leafSet().contains(FAR.id())).isFalse();
    assertThat(world.take(FAR, Probe.class)).hasSize(1);
    ring.received(FAR, new ProbeReply(true, List.of()));
    assertThat(ring.leafSet().contains(FAR.id())).isTrue();
    assertThat(ring.probing()).isZero();
  }

  @Test
  void aProbeIsAnsweredWithTheLeaves() {
    activeWith(NEAR);
    ring.received(FAR, new Probe(true, List.of()));
    assertThat(world.take(FAR, ProbeReply.class)).hasSize(1);
    ring.received(FAR, new Probe(true, List.of()));
    assertThat(world.take(FAR, ProbeReply.class).get(0).leaves())
        .containsExactlyInAnyOrder(NEAR, FAR);
  }

  @Test
  void aHeartbeatFromAStrangerWhoWouldBeALeafHasItProbed() {
    activeWith(NEAR);
    ring.received(FAR, new Heartbeat(0));
    assertThat(world.take(FAR, Probe.class)).hasSize(1);
  }

  @Test
  void anotherIncarnationReplacesTheOldAndTheListenersHearOfBoth() {
    activeWith(NEAR);
    List<String> heard = new ArrayList<>();
    ring.listen(
        new RingListener() {
          @Override
          public void arrived(Peer peer) {
            heard.add("arrived " + peer.incarnation());
          }

          @Override
          public void departed(Peer peer, boolean inherited) {
            heard.add("departed " + peer.incarnation() + " " + inherited);
          }
        });
    Peer reborn = new Peer(NEAR.id(), NEAR.endpoint(), 2);
    ring.received(reborn, new Probe(false, List.of()));
    assertThat(ring.leafSet().peers()).containsExactly(reborn);
    assertThat(heard).containsExactly("departed 1 false", "arrived 2");
  }

  @Test
  void aProbeToAnOldIncarnationThatItsSuccessorAnswersIsOver() {
    activeWith(NEAR);
    ring.suspect(NEAR);
    Peer reborn = new Peer(NEAR.id(), NEAR.endpoint(), 2);
    ring.received(reborn, new ProbeReply(false, List.of()));
    assertThat(ring.leafSet().peers()).containsExactly(reborn);
    assertThat(ring.probing()).isZero();
    world.pass(Duration.ofSeconds(1));
    assertThat(ring.isFailed(NEAR.id())).isFalse();
  }

  // Failure.

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
    return Stream.of(firstBytes).map(RingTest::at).toList();
  }

  @Test
  void thePredecessorHearsAHeartbeatEveryFifteenSecondsAndASilentSuccessorIsProbed() {
    activeWith(NEAR);
    int heartbeats = 0;
    for (int second = 0; second < 60; second++) {
      world.pass(Duration.ofSeconds(1));
      heartbeats += world.take(NEAR, Heartbeat.class).size();
      ring.received(NEAR, new ProbeReply(true, List.of(SELF)));
    }
    assertThat(heartbeats).isBetween(3, 4);
    assertThat(ring.probing()).isZero();
    world.pass(RingConfig.defaults().silence());
    assertThat(ring.suspected()).containsExactly(NEAR);
  }

  @Test
  void neighboursWhoDoNotAgreeOnWhomTheyShareCompareTheirLeafSets() {
    activeWith(NEAR, FAR);
    Peer successor = ring.leafSet().successor();
    Peer other = successor.equals(NEAR) ? FAR : NEAR;
    ring.received(successor, new Heartbeat(ring.leafSet().sharedWithSuccessor()));
    assertThat(ring.probing()).as("they agree").isZero();
    ring.received(successor, new Heartbeat(ring.leafSet().sharedWithSuccessor() + 1));
    assertThat(world.take(successor, Probe.class)).hasSize(1);
    ring.received(other, new Heartbeat(ring.leafSet().sharedWithSuccessor()));
    assertThat(world.take(other, Probe.class)).as("it is not next to this node").hasSize(1);
  }

  @Test
  void aLeaverIsDroppedWithoutBeingProbedAndItsLeavesAreConsidered() {
    activeWith(NEAR);
    ring.received(NEAR, new Leaving(List.of(SELF, FAR)));
    assertThat(ring.leafSet().peers()).isEmpty();
    assertThat(world.take(NEAR, Message.class)).isEmpty();
    assertThat(world.take(FAR, Probe.class)).hasSize(1);
    assertThat(ring.isFailed(NEAR.id())).isTrue();
  }

  // The way in, for others.

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

  // The way in, for this node.

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
  void aNewcomerRefusesOthersForNow() {
    ring.join(List.of(FAR.endpoint()), outcomes::add);
    ring.received(NEAR, request(NEAR));
    assertThat(world.take(NEAR, JoinRefused.class))
        .singleElement()
        .matches(refused -> !refused.forGood());
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
  void aNodeEntersARingOnce() {
    ring.create(RING_ID);
    assertThatThrownBy(() -> ring.create(RING_ID)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> ring.join(List.of(), outcomes::add))
        .isInstanceOf(IllegalStateException.class);
  }

  // The way out.

  @Test
  void aLeaverTellsItsLeavesAndIsSilentFromThenOn() {
    activeWith(NEAR, FAR);
    List<String> done = new ArrayList<>();
    ring.leave(() -> done.add("left"));
    assertThat(world.take(NEAR, Leaving.class)).hasSize(1);
    assertThat(world.take(FAR, Leaving.class)).hasSize(1);
    assertThat(done).isEmpty();
    forget(NEAR, FAR);
    ring.received(NEAR, new Probe(true, List.of()));
    world.pass(Duration.ofMinutes(1));
    assertThat(done).containsExactly("left");
    assertThat(world.take(NEAR, Message.class)).isEmpty();
    assertThat(world.timers()).isZero();
  }

  @Test
  void whatALeaverWasAboutToTellIsNotTold() {
    activeWith(NEAR, FAR);
    Peer between = Ids.peer(Ids.id(1050));
    ring.suspect(between);
    ring.received(between, new ProbeReply(true, List.of()));
    ring.leave(() -> {});
    forget(NEAR, FAR, between);
    world.pass(Duration.ofSeconds(1));
    ring.checkInvariants();
    assertThat(world.take(NEAR, Message.class)).isEmpty();
  }

  @Test
  void leavingWhileJoiningFailsTheJoining() {
    ring.join(List.of(FAR.endpoint()), outcomes::add);
    ring.leave(() -> {});
    world.pass(Duration.ofMinutes(1));
    assertThat(outcomes).singleElement().matches(outcome -> !outcome.isOk());
  }

  @Test
  void everyMessageHasANumberInTheRange() {
    Schema schema = new Schema();
    RingMessages.register(schema);
    assertThat(schema.types().keySet()).allMatch(number -> number >= 1 && number <= 49);
    for (Class<?> message : RingMessage.class.getPermittedSubclasses()) {
      assertThat(schema.types().containsValue(message)).as(message.getName()).isTrue();
    }
  }

  @Test
  void everyMessageIsUnderstoodInsideAndOutsideOfARing() {
    List<RingMessage> oneOfEach =
        List.of(
            request(FAR),
            new JoinReply(RING_ID, List.of(FAR), List.of()),
            new JoinRefused(false, "later"),
            new Probe(true, List.of(FAR)),
            new ProbeReply(true, List.of(FAR)),
            new Heartbeat(0),
            new Failed(List.of(FAR)),
            new Doubted(FAR),
            new Leaving(List.of(FAR)));
    assertThat(oneOfEach.stream().map(Object::getClass).toList())
        .containsExactlyInAnyOrder(RingMessage.class.getPermittedSubclasses());
    for (RingMessage message : oneOfEach) {
      ring.received(NEAR, message);
      ring.checkInvariants();
    }
    activeWith(NEAR);
    for (RingMessage message : oneOfEach) {
      ring.received(NEAR, message);
      ring.checkInvariants();
    }
    assertThat(ring.isFailed(NEAR.id())).as("the leaver is gone").isTrue();
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
