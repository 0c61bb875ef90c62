package io.kringle.ring;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A node's place in the ring: how it gets there, who its neighbours are, and how it notices that
 * one is gone. After the consistent join of MSPastry (Castro, Costa, Rowstron 2004, section 3.1).
 * It is entered by one step at a time.
 *
 * <p>A node starts outside, and enters once: by {@link #create}, {@link #join} or {@link #resume}.
 * A node that has lost all its neighbours stays active, and goes on looking for them.
 */
public final class Ring implements RingView {
  private final Peer self;
  private final RememberedPeers remembered;
  private final Outbox outbox;
  private final Obituaries obituaries;
  private final Neighbourhood neighbourhood;
  private final Probes probes;
  private final Gossip gossip;
  private final Admission admission;
  private final Bridging bridging;
  private final Reunion reunion;
  private final Membership membership;
  private final Vitals vitals;

  /**
   * A node outside any ring.
   *
   * @param remembered whom it knew before; kept up to date from now on
   */
  public Ring(World world, RingConfig config, Peer self, RememberedPeers remembered) {
    this.self = self;
    this.remembered = remembered;
    outbox = new Outbox(world);
    obituaries = new Obituaries(config.failedMemory());
    neighbourhood = new Neighbourhood(world, config, self);
    probes = new Probes(world, config, outbox, this::probe, this::unanswered);
    gossip = new Gossip(world, config, outbox, probes, neighbourhood, obituaries);
    FailureDetector detector =
        new FailureDetector(world, config, outbox, probes, neighbourhood, obituaries);
    admission = new Admission(self, outbox, probes, neighbourhood);
    bridging = new Bridging(world, neighbourhood, probes, remembered, admission::pathfinder);
    RingMessage.JoinRequest request = RingMessage.JoinRequest.of(self, config);
    reunion = new Reunion(world, config, request, neighbourhood, remembered);
    membership =
        new Membership(
            world,
            config,
            self,
            remembered,
            outbox,
            neighbourhood,
            probes,
            gossip,
            admission,
            new Upkeep(world, detector, gossip, bridging, reunion, remembered));
    vitals =
        new Vitals(
            world,
            outbox,
            obituaries,
            neighbourhood,
            probes,
            gossip,
            admission,
            reunion,
            remembered,
            membership);
  }

  private RingMessage.Probe probe() {
    return new RingMessage.Probe(isActive(), leafSet().peers());
  }

  // Entering and leaving.

  /** Starts a ring of this one node. It is active when this returns. */
  public void create(Id newRingId) {
    create(newRingId, List.of());
  }

  /**
   * Starts a ring, of this node alone; it is active when this returns.
   *
   * @param seeds nodes that it was meant to join, if it starts a ring for want of them: it goes on
   *     asking for them, and {@link RingListener#anotherRing} is told when one of them turns up in
   *     a ring of its own
   */
  public void create(Id newRingId, List<Endpoint> seeds) {
    membership.create(newRingId, seeds);
  }

  /**
   * Enters a ring for the first time.
   *
   * @param seeds nodes to ask for the way, asked one after the other in random order, again and
   *     again
   * @param done the id of the ring, once the node is active; or a failure that names the seeds and
   *     the last reason
   */
  public void join(List<Endpoint> seeds, Consumer<Result<Id>> done) {
    membership.join(seeds, done);
  }

  /**
   * Enters the ring that this node was part of before; where nobody answers, it serves alone, and
   * goes on looking.
   *
   * @param knownRingId the ring that its data belongs to
   * @param seeds nodes to ask besides those that are remembered
   * @param done the id of the ring, once the node is active; or why the others refuse it
   */
  public void resume(Id knownRingId, List<Endpoint> seeds, Consumer<Result<Id>> done) {
    membership.resume(knownRingId, seeds, done);
  }

  /**
   * Takes leave of the leaves. Nothing is sent or heard any more from then on, except that a
   * pending join fails.
   *
   * @param whenDone called when the last words have had the time to leave
   */
  public void leave(Runnable whenDone) {
    membership.leave(whenDone);
  }

  // What the world tells.

  /** A message from a peer that belongs to this ring, or is joining it. */
  public void received(Peer from, RingMessage message) {
    if (membership.hasLeft() || isFromADouble(from, message)) {
      return;
    }
    if (membership.isMember()) {
      receivedInside(from, message);
    } else {
      membership.receivedOutside(from, message);
    }
    membership.settle();
  }

  /** Another node has this node's id; all that it can be told, or tell, is that this cannot be. */
  private boolean isFromADouble(Peer from, RingMessage message) {
    boolean aboutJoining =
        message instanceof RingMessage.JoinRequest || message instanceof RingMessage.JoinRefused;
    return from.id().equals(self.id()) && !aboutJoining;
  }

  private void receivedInside(Peer from, RingMessage message) {
    if (message instanceof RingMessage.JoinRequest request) {
      joinRequested(request);
    } else if (message instanceof RingMessage.JoinReply reply) {
      reunited(from, reply);
    } else if (message instanceof RingMessage.Probe probe) {
      vitals.asked(from, probe);
      outbox.send(from, new RingMessage.ProbeReply(isActive(), leafSet().peers()));
    } else if (message instanceof RingMessage.ProbeReply reply) {
      vitals.answered(from, reply);
    } else if (message instanceof RingMessage.Heartbeat beat) {
      vitals.heartBeat(from, beat);
    } else if (message instanceof RingMessage.Failed failed) {
      failed.peers().stream().filter(neighbourhood::isLeaf).forEach(probes::beginDoubting);
    } else if (message instanceof RingMessage.Doubted doubted) {
      doubted(doubted.peer());
    } else if (message instanceof RingMessage.Leaving leaving) {
      vitals.left(from, leaving);
    } else if (!(message instanceof RingMessage.JoinRefused)) {
      // A refusal that comes late, or answers a look around, changes nothing.
      throw new IllegalStateException("no case for " + message);
    }
  }

  private void doubted(Peer peer) {
    if (neighbourhood.isLeaf(peer)) {
      probes.begin(peer);
    }
  }

  private void joinRequested(RingMessage.JoinRequest request) {
    Optional<Id> ringId = membership.ringId();
    if (isActive() && ringId.isPresent()) {
      admission.handle(request, ringId.get());
    } else {
      admission.refuse(request.joiner(), "not yet: " + self + " is still announcing itself");
    }
  }

  private void reunited(Peer from, RingMessage.JoinReply reply) {
    if (!membership.isOurs(reply)) {
      return;
    }
    boolean news = gossip.consider(List.of(from));
    news |= gossip.consider(reply.leaves());
    reunion.answered(news);
  }

  private void unanswered(Peer peer, boolean alive, String reason) {
    vitals.unanswered(peer, alive, reason);
    membership.settle();
  }

  /** The connection to a peer was lost or refused. */
  public void unreachable(Peer peer, String reason) {
    if (membership.isMember()) {
      if (probes.isUnderWay(peer)) {
        probes.unreachable(peer, reason);
      } else if (neighbourhood.isLeaf(peer)) {
        probes.beginDoubting(peer);
      }
    }
  }

  /** Nobody who may be talked to listens at this endpoint. */
  public void contactFailed(Endpoint endpoint, String reason) {
    membership.contactFailed(endpoint, reason);
    if (isActive()) {
      reunion.failed(endpoint);
    }
  }

  /**
   * Whoever listens at this endpoint will never let this node in. A seed that does so is a mistake
   * of whoever named it, and ends the way in; anybody else may have taken the place of a peer.
   */
  public void contactRefused(Endpoint endpoint, String reason) {
    if (membership.contactRefused(endpoint, reason)) {
      return;
    }
    contactFailed(endpoint, reason);
    if (isActive() && leafSet().peers().isEmpty() && membership.isSeed(endpoint)) {
      neighbourhood.each(listener -> listener.anotherRing(endpoint, reason));
    }
  }

  /** Has join requests take shorter ways than along the leaves. */
  public void pathfinder(Pathfinder better) {
    admission.pathfinder(better);
  }

  // What the layers above ask.

  /** The ring that this node is part of, or was and returns to; empty until it is known. */
  public Optional<Id> ringId() {
    return membership.ringId();
  }

  @Override
  public Peer self() {
    return self;
  }

  @Override
  public boolean isActive() {
    return membership.isActive();
  }

  @Override
  public LeafSet leafSet() {
    return neighbourhood.leaves();
  }

  @Override
  public Optional<Peer> find(Id id) {
    return leafSet().find(id).or(() -> remembered.find(id));
  }

  @Override
  public boolean isFailed(Id peer) {
    return obituaries.find(peer).isPresent() && !leafSet().contains(peer);
  }

  @Override
  public void suspect(Peer peer) {
    boolean unseen = !obituaries.contains(peer) && !probes.isUnderWay(peer);
    if (membership.isMember() && unseen && !neighbourhood.isSelf(peer)) {
      probes.begin(peer);
      neighbourhood.besides(peer).forEach(leaf -> outbox.send(leaf, new RingMessage.Doubted(peer)));
    }
  }

  @Override
  public void listen(RingListener listener) {
    neighbourhood.listen(listener);
  }

  /** How many peers are being probed at the moment. */
  public int probing() {
    return probes.size();
  }

  /** The leaves that are being probed, because they were silent or for comparing leaf sets. */
  public List<Peer> suspected() {
    return leafSet().peers().stream().filter(probes::isUnderWay).toList();
  }

  /** How many peers are remembered as dead or gone. */
  public int failed() {
    return obituaries.size();
  }

  /**
   * Looks whether everything is as it must be after every step.
   *
   * @throws IllegalStateException naming what is not
   */
  public void checkInvariants() {
    probes.checkInvariants(self);
    for (Peer leaf : leafSet().peers()) {
      if (leaf.id().equals(self.id())) {
        throw new IllegalStateException(self + " is its own leaf");
      }
      if (obituaries.contains(leaf)) {
        throw new IllegalStateException(self + " has the dead " + leaf + " as a leaf");
      }
    }
    bridging.checkInvariants();
    membership.checkInvariants();
  }
}
