package io.kringle.ring;

import static org.assertj.core.api.Assertions.assertThat;

import io.kringle.ring.RingMessage.Doubted;
import io.kringle.ring.RingMessage.Failed;
import io.kringle.ring.RingMessage.Heartbeat;
import io.kringle.ring.RingMessage.JoinRefused;
import io.kringle.ring.RingMessage.JoinReply;
import io.kringle.ring.RingMessage.Leaving;
import io.kringle.ring.RingMessage.Probe;
import io.kringle.ring.RingMessage.ProbeReply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * One node's ring, step by step: whom it takes for leaves, what it tells them, and how it leaves.
 */
class RingTest extends OneNode {
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

  @Test
  void theProbeOfAnyPeerEndsTheOneThatAnActiveNodeHasForIt() {
    activeWith(NEAR);
    ring.suspect(NEAR);
    ring.received(NEAR, new Probe(true, List.of()));
    assertThat(ring.suspected()).isEmpty();
    forget(NEAR);
    world.pass(Duration.ofSeconds(5));
    assertThat(world.take(NEAR, Probe.class)).isEmpty();
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
}
