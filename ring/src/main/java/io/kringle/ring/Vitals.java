package io.kringle.ring;

import java.util.List;

/**
 * What follows from signs of life and of death: who becomes a leaf, who ceases to be one, and who
 * else is to know.
 */
final class Vitals {
  private final World world;
  private final Outbox outbox;
  private final Obituaries obituaries;
  private final Neighbourhood neighbourhood;
  private final Probes probes;
  private final Gossip gossip;
  private final Admission admission;
  private final Reunion reunion;
  private final RememberedPeers remembered;
  private final Membership membership;

  Vitals(
      World world,
      Outbox outbox,
      Obituaries obituaries,
      Neighbourhood neighbourhood,
      Probes probes,
      Gossip gossip,
      Admission admission,
      Reunion reunion,
      RememberedPeers remembered,
      Membership membership) {
    this.world = world;
    this.outbox = outbox;
    this.obituaries = obituaries;
    this.neighbourhood = neighbourhood;
    this.probes = probes;
    this.gossip = gossip;
    this.admission = admission;
    this.reunion = reunion;
    this.remembered = remembered;
    this.membership = membership;
  }

  /**
   * A probe: it shows that the peer lives, which is all that an active node asks its own for. To a
   * newcomer only one from a peer that knows it is an answer: otherwise it would be active before
   * that peer told others of it.
   */
  void asked(Peer from, RingMessage.Probe probe) {
    if (membership.isActive() || probe.leaves().contains(neighbourhood.leaves().self())) {
      probes.answered(from);
    }
    spokeUp(from, probe.active(), probe.active(), probe.leaves());
  }

  /** The reply to a probe: the peer knows this node. */
  void answered(Peer from, RingMessage.ProbeReply reply) {
    probes.answered(from);
    spokeUp(from, reply.active(), true, reply.leaves());
  }

  /**
   * The peer is there. {@code untold} says that its other leaves may not know it; one that turns up
   * between leaves is news for them then, unlike one beyond, which takes the place of a leaf that
   * died.
   */
  private void spokeUp(Peer from, boolean active, boolean untold, List<Peer> leaves) {
    outbox.heard(from);
    obituaries.lives(from);
    remembered.reached(from);
    admission.lives(from);
    neighbourhood.each(listener -> listener.met(from));
    boolean between = neighbourhood.leaves().covers(from.id());
    if (neighbourhood.admit(from) && between && untold && membership.isActive()) {
      gossip.spread();
    }
    gossip.consider(leaves);
    if (active) {
      gossip.compare(from, leaves);
    }
  }

  /** The successor, or whoever takes this node for its predecessor. */
  void heartBeat(Peer from, RingMessage.Heartbeat beat) {
    outbox.heard(from);
    obituaries.lives(from);
    gossip.agree(from, beat.shared());
  }

  /** A leaf has taken leave. */
  void left(Peer from, RingMessage.Leaving leaving) {
    probes.end(from);
    bury(from);
    gossip.consider(leaving.leaves());
  }

  /** A peer did not answer any probe; {@code alive} says that it was heard from otherwise. */
  void unanswered(Peer peer, boolean alive, String reason) {
    if (alive) {
      admission.lives(peer);
    } else {
      boolean neighbour =
          peer.equals(neighbourhood.leaves().successor())
              || peer.equals(neighbourhood.leaves().predecessor());
      remembered.failed(peer.endpoint());
      bury(peer);
      if (neighbour) {
        announceGap();
      }
    }
  }

  /**
   * The node's own neighbour is dead: others are told, and of the dead beyond it too, since whoever
   * found those dead before had a living neighbour in between and kept silent.
   */
  private void announceGap() {
    List<Peer> dead =
        obituaries.between(
            neighbourhood.leaves().predecessor().id().next(),
            neighbourhood.leaves().successor().id());
    neighbourhood.leaves().peers().forEach(leaf -> outbox.send(leaf, new RingMessage.Failed(dead)));
  }

  /** The peer is gone, and stays so until it is heard from. */
  private void bury(Peer peer) {
    obituaries.add(peer, world.now());
    if (neighbourhood.isLeaf(peer)) {
      LeafSet before = neighbourhood.leaves();
      neighbourhood.drop(peer, membership.isActive());
      gossip.repair(before, peer);
      reunion.lost();
    }
    neighbourhood.each(listener -> listener.lost(peer));
    membership.ringId().ifPresent(id -> admission.died(peer, id));
  }
}
