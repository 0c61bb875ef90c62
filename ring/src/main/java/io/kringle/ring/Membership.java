package io.kringle.ring;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * How a node gets into a ring, and out of it: the consistent join of MSPastry (Castro, Costa,
 * Rowstron 2004, section 3.1).
 *
 * <ol>
 *   <li>{@link #join} or {@link #resume}: it asks at doors for the way to its own id ({@link
 *       Joining}).
 *   <li>{@link #shownIn}: the owner of that id answers with its leaves; the node probes them, and
 *       those that it hears of by their replies ({@link Gossip}).
 *   <li>{@link #settle}: when nothing is outstanding, everybody around knows it, and it is active.
 * </ol>
 *
 * <p>Invariants: {@code joining} is present while seeking or announcing, and only then; {@code
 * ringId} is known from the start when the node returns, and always while it announces itself or is
 * active.
 */
final class Membership {
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
  private final Neighbourhood neighbourhood;
  private final Probes probes;
  private final Gossip gossip;
  private final Admission admission;
  private final Upkeep upkeep;
  private final List<Timer> timers = new ArrayList<>();

  private State state = State.OUTSIDE;
  private Optional<Id> ringId = Optional.empty();

  /** What the node was told to go in by. */
  private List<Endpoint> seeds = List.of();

  private Optional<Joining> joining = Optional.empty();
  private Consumer<Result<Id>> done = result -> {};

  /** Whether a node that finds nobody may serve alone now. */
  private boolean mayBeAlone;

  Membership(
      World world,
      RingConfig config,
      Peer self,
      RememberedPeers remembered,
      Outbox outbox,
      Neighbourhood neighbourhood,
      Probes probes,
      Gossip gossip,
      Admission admission,
      Upkeep upkeep) {
    this.world = world;
    this.config = config;
    this.self = self;
    this.remembered = remembered;
    this.outbox = outbox;
    this.neighbourhood = neighbourhood;
    this.probes = probes;
    this.gossip = gossip;
    this.admission = admission;
    this.upkeep = upkeep;
  }

  // ---- the way in

  void create(Id newRingId, List<Endpoint> seeds) {
    expectOutside();
    this.seeds = List.copyOf(seeds);
    ringId = Optional.of(newRingId);
    activate(doors(seeds));
  }

  void join(List<Endpoint> seeds, Consumer<Result<Id>> done) {
    this.seeds = List.copyOf(seeds);
    seek(NEWCOMER, doors(seeds), done);
    timers.add(world.after(config.joinTimeout(), this::joinTimedOut));
  }

  void resume(Id knownRingId, List<Endpoint> seeds, Consumer<Result<Id>> done) {
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
    Joining search = new Joining(world, RingMessage.JoinRequest.of(self, config), manner, doors);
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
      activate(joining.map(Joining::doors).orElse(List.of()));
    }
  }

  /**
   * Called at the end of each step that may have ended a probe: with nothing outstanding, a
   * newcomer has arrived.
   */
  void settle() {
    if (state == State.ANNOUNCING && probes.isEmpty()) {
      if (!neighbourhood.leaves().peers().isEmpty() || mayBeAlone) {
        activate(joining.map(Joining::doors).orElse(List.of()));
      } else {
        state = State.SEEKING;
        joining.ifPresent(Joining::start);
      }
    }
  }

  private void activate(List<Endpoint> doors) {
    stopTimers();
    state = State.ACTIVE;
    upkeep.start(doors);
    neighbourhood.each(RingListener::joined);
    ringId.ifPresent(id -> finish(Result.ok(id)));
  }

  private void finish(Result<Id> result) {
    Consumer<Result<Id>> callback = done;
    done = ignored -> {};
    callback.accept(result);
  }

  /** A message that comes while this node has no place yet. */
  void receivedOutside(Peer from, RingMessage message) {
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

  /**
   * Whether the reply comes from the ring that this node is part of, or from any if it is part of
   * none.
   */
  boolean isOurs(RingMessage.JoinReply reply) {
    return ringId.isEmpty() || ringId.get().equals(reply.ringId());
  }

  private void refused(Peer from, RingMessage.JoinRefused refused) {
    if (state == State.SEEKING && refused.forGood()) {
      giveUp(Failure.of(Failure.Kind.REFUSED, refused.reason()));
    } else {
      joining.ifPresent(search -> search.refused(from + " says: " + refused.reason()));
    }
  }

  // ---- the way out

  void leave(Runnable whenDone) {
    sayGoodbye();
    state = State.LEFT;
    stopEverything();
    finish(Result.failed(Failure.Kind.CLOSED, "the node has left"));
    world.after(FAREWELL, whenDone);
  }

  private void sayGoodbye() {
    if (isMember()) {
      List<Peer> leaves = neighbourhood.leaves().peers();
      leaves.forEach(leaf -> outbox.send(leaf, new RingMessage.Leaving(leaves)));
    }
  }

  private void stopEverything() {
    stopTimers();
    probes.clear();
    upkeep.stop();
  }

  private void stopTimers() {
    timers.forEach(Timer::cancel);
    timers.clear();
    joining.ifPresent(Joining::stop);
    joining = Optional.empty();
  }

  /** Whether it is a leaf of others: on its way in, or active. */
  boolean isMember() {
    return state == State.ANNOUNCING || state == State.ACTIVE;
  }

  // ---- what it is

  boolean isActive() {
    return state == State.ACTIVE;
  }

  boolean hasLeft() {
    return state == State.LEFT;
  }

  Optional<Id> ringId() {
    return ringId;
  }

  /** Nobody listens at a door. */
  void contactFailed(Endpoint endpoint, String reason) {
    if (state == State.SEEKING) {
      joining.ifPresent(search -> search.refused(endpoint + ": " + reason));
    }
  }

  /** Whether the one who listens there was a seed, and by refusing has ended the way in. */
  boolean contactRefused(Endpoint endpoint, String reason) {
    boolean ends = state == State.SEEKING && seeds.contains(endpoint);
    if (ends) {
      giveUp(Failure.of(Failure.Kind.REFUSED, "the seed " + endpoint + " is no way in: " + reason));
    }
    return ends;
  }

  boolean isSeed(Endpoint endpoint) {
    return seeds.contains(endpoint);
  }

  void checkInvariants() {
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
