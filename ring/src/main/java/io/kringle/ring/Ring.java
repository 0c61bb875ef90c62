package io.kringle.ring;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
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
  private static final Joining.Manner NEWCOMER = new Joining.Manner(true, 1, Duration.ofSeconds(1));
  private static final Joining.Manner RETURNING =
      new Joining.Manner(false, 3, Duration.ofMillis(300));

  /** What it takes until the last words of a node have left it. */
  private static final Duration FAREWELL = Duration.ofMillis(100);

  private enum State {
    /** Nothing was asked for yet, or joining has failed. */
    OUTSIDE,
    /** Looks for somebody who knows the way in. */
    SEEKING,
    /**
     * Knows its place and announces itself to those around; has leaves already, and is one to
     * others.
     */
    ANNOUNCING,
    /** Answers for its arc. */
    ACTIVE,
    /** Has left; never comes back. */
    LEFT
  }

  private final World world;
  private final RingConfig config;
  private final Peer self;
  private final RememberedPeers remembered;
  private final Outbox outbox;
  private final Obituaries obituaries;
  private final Neighbourhood neighbourhood;
  private final Probes probes;
  private final Gossip gossip;
  private final FailureDetector detector;
  private final Admission admission;
  private final Reunion reunion;
  private final List<Timer> timers = new ArrayList<>();

  private State state = State.OUTSIDE;

  /**
   * Known from the start when the node returns; present whenever it announces itself or is active.
   */
  private Optional<Id> ringId = Optional.empty();

  /** What the node was told to go in by. */
  private List<Endpoint> seeds = List.of();

  /** Present while seeking or announcing. */
  private Optional<Joining> joining = Optional.empty();

  private Consumer<Result<Id>> done = result -> {};

  /** Whether a node that finds nobody may serve alone now. */
  private boolean mayBeAlone;

  /**
   * A node outside any ring.
   *
   * @param remembered whom it knew before; kept up to date from now on
   */
  public Ring(World world, RingConfig config, Peer self, RememberedPeers remembered) {
    this.world = world;
    this.config = config;
    this.self = self;
    this.remembered = remembered;
    outbox = new Outbox(world);
    obituaries = new Obituaries(config.failedMemory());
    neighbourhood = new Neighbourhood(world, config, self);
    probes = new Probes(world, config, outbox, this::probe, this::unanswered);
    gossip = new Gossip(world, config, outbox, probes, neighbourhood, obituaries);
    detector = new FailureDetector(world, config, outbox, probes, neighbourhood, obituaries);
    admission = new Admission(self, outbox, probes, neighbourhood);
    reunion = new Reunion(world, config, request(), neighbourhood, remembered);
  }

  private RingMessage.JoinRequest request() {
    return new RingMessage.JoinRequest(self, config.maxHops(), List.of());
  }

  private RingMessage.Probe probe() {
    return new RingMessage.Probe(isActive(), leafSet().peers());
  }

  // Entering and leaving.

  /** Starts a ring of this one node. It is active when this returns. */
  public void create(Id newRingId) {
    expectOutside();
    ringId = Optional.of(newRingId);
    activate();
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
    this.seeds = List.copyOf(seeds);
    seek(NEWCOMER, doors(seeds), done);
    timers.add(world.after(config.joinTimeout(), this::joinTimedOut));
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
    expectOutside();
    this.seeds = List.copyOf(seeds);
    ringId = Optional.of(knownRingId);
    List<Endpoint> all = new ArrayList<>(seeds);
    remembered.snapshot().forEach(known -> all.add(known.peer().endpoint()));
    seek(RETURNING, doors(all), done);
    timers.add(world.after(config.resumeAlone(), this::foundNobody));
  }

  private List<Endpoint> doors(List<Endpoint> endpoints) {
    Set<Endpoint> doors = new LinkedHashSet<>(endpoints);
    doors.remove(self.endpoint());
    return List.copyOf(doors);
  }

  private void seek(Joining.Manner manner, List<Endpoint> doors, Consumer<Result<Id>> whenDone) {
    expectOutside();
    state = State.SEEKING;
    done = whenDone;
    Joining search = new Joining(world, request(), manner, doors);
    joining = Optional.of(search);
    search.start();
  }

  private void expectOutside() {
    if (state != State.OUTSIDE) {
      throw new IllegalStateException(self + " is " + state + " and cannot enter a ring");
    }
  }

  private void joinTimedOut() {
    joining.ifPresent(
        search ->
            giveUp(
                Failure.of(
                    Failure.Kind.UNAVAILABLE,
                    "no way into a ring through " + search.doors() + ": " + search.lastReason())));
  }

  private void giveUp(Failure failure) {
    sayGoodbye();
    state = State.OUTSIDE;
    stopEverything();
    neighbourhood.forget();
    finish(Result.failed(failure));
  }

  private void foundNobody() {
    mayBeAlone = true;
    if (state == State.SEEKING) {
      activate();
    }
  }

  /**
   * Called at the end of each step that may have ended a probe: with nothing outstanding, a
   * newcomer has arrived.
   */
  private void settle() {
    if (state == State.ANNOUNCING && probes.isEmpty()) {
      if (!leafSet().peers().isEmpty() || mayBeAlone) {
        activate();
      } else {
        state = State.SEEKING;
        joining.ifPresent(Joining::start);
      }
    }
  }

  private void activate() {
    List<Endpoint> seeds = joining.map(Joining::doors).orElse(List.of());
    stopTimers();
    state = State.ACTIVE;
    timers.add(detector.start());
    timers.add(gossip.startExchanging());
    reunion.start(seeds);
    neighbourhood.each(RingListener::joined);
    ringId.ifPresent(id -> finish(Result.ok(id)));
  }

  private void finish(Result<Id> result) {
    Consumer<Result<Id>> callback = done;
    done = ignored -> {};
    callback.accept(result);
  }

  /**
   * Takes leave of the leaves. Nothing is sent or heard any more from then on, except that a
   * pending join fails.
   *
   * @param whenDone called when the last words have had the time to leave
   */
  public void leave(Runnable whenDone) {
    sayGoodbye();
    state = State.LEFT;
    stopEverything();
    finish(Result.failed(Failure.Kind.CLOSED, "the node has left"));
    world.after(FAREWELL, whenDone);
  }

  private void sayGoodbye() {
    if (isMember()) {
      List<Peer> leaves = leafSet().peers();
      leaves.forEach(leaf -> outbox.send(leaf, new RingMessage.Leaving(leaves)));
    }
  }

  private void stopEverything() {
    stopTimers();
    probes.clear();
    reunion.stop();
  }

  private void stopTimers() {
    timers.forEach(Timer::cancel);
    timers.clear();
    joining.ifPresent(Joining::stop);
    joining = Optional.empty();
  }

  private boolean isMember() {
    return state == State.ANNOUNCING || state == State.ACTIVE;
  }

  // What the world tells.

  /** A message from a peer that belongs to this ring, or is joining it. */
  public void received(Peer from, RingMessage message) {
    if (state == State.LEFT || isFromADouble(from, message)) {
      return;
    }
    if (state == State.OUTSIDE || state == State.SEEKING) {
      receivedOutside(from, message);
    } else {
      receivedInside(from, message);
    }
    settle();
  }

  /** Another node has this node's id; all that it can be told, or tell, is that this cannot be. */
  private boolean isFromADouble(Peer from, RingMessage message) {
    boolean aboutJoining =
        message instanceof RingMessage.JoinRequest || message instanceof RingMessage.JoinRefused;
    return from.id().equals(self.id()) && !aboutJoining;
  }

  private void receivedOutside(Peer from, RingMessage message) {
    if (message instanceof RingMessage.JoinRequest request) {
      admission.refuse(
          request.joiner(), "not yet: " + self + " is still on its way into the ring itself");
    } else if (message instanceof RingMessage.JoinReply reply) {
      shownIn(from, reply);
    } else if (message instanceof RingMessage.JoinRefused refused) {
      refused(from, refused);
    } else if (message instanceof RingMessage.Probe probe && probe.active()) {
      joining.ifPresent(search -> search.ask(from));
    }
  }

  private void shownIn(Peer from, RingMessage.JoinReply reply) {
    if (state != State.SEEKING || !isOurs(reply)) {
      return;
    }
    ringId = Optional.of(reply.ringId());
    state = State.ANNOUNCING;
    joining.ifPresent(Joining::stop);
    reply.path().forEach(peer -> neighbourhood.each(listener -> listener.met(peer)));
    probes.begin(from);
    gossip.consider(reply.leaves());
  }

  private boolean isOurs(RingMessage.JoinReply reply) {
    return ringId.isEmpty() || ringId.get().equals(reply.ringId());
  }

  private void refused(Peer from, RingMessage.JoinRefused refused) {
    if (state == State.SEEKING && refused.forGood()) {
      giveUp(Failure.of(Failure.Kind.REFUSED, refused.reason()));
    } else {
      joining.ifPresent(search -> search.refused(from + " says: " + refused.reason()));
    }
  }

  private void receivedInside(Peer from, RingMessage message) {
    if (message instanceof RingMessage.JoinRequest request) {
      joinRequested(request);
    } else if (message instanceof RingMessage.JoinReply reply) {
      reunited(from, reply);
    } else if (message instanceof RingMessage.Probe probe) {
      spokeUp(from, probe.active(), probe.active(), probe.leaves());
      outbox.send(from, new RingMessage.ProbeReply(isActive(), leafSet().peers()));
    } else if (message instanceof RingMessage.ProbeReply reply) {
      spokeUp(from, reply.active(), true, reply.leaves());
    } else if (message instanceof RingMessage.Heartbeat) {
      heartBeat(from);
    } else if (message instanceof RingMessage.Failed failed) {
      failed.peers().stream().filter(neighbourhood::isLeaf).forEach(probes::beginDoubting);
    } else if (message instanceof RingMessage.Leaving leaving) {
      left(from, leaving);
    }
  }

  private void joinRequested(RingMessage.JoinRequest request) {
    if (isActive() && ringId.isPresent()) {
      admission.handle(request, ringId.get());
    } else {
      admission.refuse(request.joiner(), "not yet: " + self + " is still announcing itself");
    }
  }

  private void reunited(Peer from, RingMessage.JoinReply reply) {
    if (!isOurs(reply)) {
      return;
    }
    boolean news = gossip.consider(List.of(from));
    news |= gossip.consider(reply.leaves());
    reunion.answered(news);
  }

  /**
   * A probe or its reply: proof that the peer is there. {@code untold} says that its other leaves
   * may not know it.
   */
  private void spokeUp(Peer from, boolean active, boolean untold, List<Peer> leaves) {
    outbox.heard(from);
    obituaries.lives(from);
    probes.answered(from);
    remembered.reached(from);
    admission.lives(from);
    neighbourhood.each(listener -> listener.met(from));
    if (neighbourhood.admit(from) && untold && isActive()) {
      gossip.spread();
    }
    gossip.consider(leaves);
    if (active) {
      gossip.compare(from, leaves);
    }
  }

  private void heartBeat(Peer from) {
    outbox.heard(from);
    obituaries.lives(from);
    gossip.consider(List.of(from));
  }

  private void left(Peer from, RingMessage.Leaving leaving) {
    probes.end(from);
    bury(from);
    gossip.consider(leaving.leaves());
  }

  private void unanswered(Peer peer, boolean alive, String reason) {
    if (alive) {
      admission.lives(peer);
    } else {
      boolean neighbour =
          peer.equals(leafSet().successor()) || peer.equals(leafSet().predecessor());
      remembered.failed(peer.endpoint());
      bury(peer);
      if (neighbour) {
        announceGap();
      }
    }
    settle();
  }

  /**
   * The node's own neighbour is dead: others are told, and of the dead beyond it too, since whoever
   * found those dead before had a living neighbour in between and kept silent.
   */
  private void announceGap() {
    List<Peer> dead =
        obituaries.between(leafSet().predecessor().id().next(), leafSet().successor().id());
    leafSet().peers().forEach(leaf -> outbox.send(leaf, new RingMessage.Failed(dead)));
  }

  /** The peer is gone, and stays so until it is heard from. */
  private void bury(Peer peer) {
    obituaries.add(peer, world.now());
    if (neighbourhood.isLeaf(peer)) {
      LeafSet before = leafSet();
      neighbourhood.drop(peer, isActive());
      gossip.repair(before, peer);
      reunion.lookSoon();
    }
    neighbourhood.each(listener -> listener.lost(peer));
    ringId.ifPresent(id -> admission.died(peer, id));
  }

  /** The connection to a peer was lost or refused. */
  public void unreachable(Peer peer, String reason) {
    if (isMember()) {
      if (probes.isUnderWay(peer)) {
        probes.unreachable(peer, reason);
      } else if (neighbourhood.isLeaf(peer)) {
        probes.beginDoubting(peer);
      }
    }
  }

  /** Nobody who may be talked to listens at this endpoint. */
  public void contactFailed(Endpoint endpoint, String reason) {
    if (state == State.SEEKING) {
      joining.ifPresent(search -> search.refused(endpoint + ": " + reason));
    } else if (state == State.ACTIVE) {
      reunion.failed(endpoint);
    }
  }

  /**
   * Whoever listens at this endpoint will never let this node in. A seed that does so is a mistake
   * of whoever named it, and ends the way in; anybody else may have taken the place of a peer.
   */
  public void contactRefused(Endpoint endpoint, String reason) {
    if (state == State.SEEKING && seeds.contains(endpoint)) {
      giveUp(Failure.of(Failure.Kind.REFUSED, "the seed " + endpoint + " is no way in: " + reason));
    } else {
      contactFailed(endpoint, reason);
    }
  }

  /** Has join requests take shorter ways than along the leaves. */
  public void pathfinder(Pathfinder better) {
    admission.pathfinder(better);
  }

  // What the layers above ask.

  /** The ring that this node is part of, or was and returns to; empty until it is known. */
  public Optional<Id> ringId() {
    return ringId;
  }

  @Override
  public Peer self() {
    return self;
  }

  @Override
  public boolean isActive() {
    return state == State.ACTIVE;
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
    if (isMember() && !peer.id().equals(self.id()) && !obituaries.contains(peer)) {
      probes.begin(peer);
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
      check(!leaf.id().equals(self.id()), "is its own leaf");
      check(!obituaries.contains(leaf), "has the dead " + leaf + " as a leaf");
    }
    check(!isMember() || ringId.isPresent(), "is in no ring");
    check(isMember() || probes.isEmpty(), "probes from outside");
    check(
        joining.isPresent() == (state == State.SEEKING || state == State.ANNOUNCING),
        "searches although " + state);
  }

  private void check(boolean holds, String otherwise) {
    if (!holds) {
      throw new IllegalStateException(self + " " + otherwise);
    }
  }
}
