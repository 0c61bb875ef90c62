package io.kringle.routing;

import io.kringle.ring.Failure;
import io.kringle.ring.LeafSet;
import io.kringle.ring.Message;
import io.kringle.ring.Peer;
import io.kringle.ring.RingListener;
import io.kringle.ring.RingView;
import io.kringle.ring.World;
import io.kringle.routing.RoutingMessage.Hop;
import io.kringle.routing.RoutingMessage.Kind;
import io.kringle.routing.RoutingMessage.Nack;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Carries messages one hop further: sees what the hook says, chooses the next hop, and another one
 * when the first does not take the message over.
 *
 * <p>A silent node on the way is passed by at once. A silent owner is not: it may live, and whoever
 * else took the message would not be the owner. It is sent the message again, until it acknowledges
 * it or the ring has found it dead; in between the message rests, as does one that has nowhere to
 * go, and is looked at again when the leaves change. Its origin has a copy then ({@link Custody}).
 *
 * <p>Invariant: at most {@code maxResting} messages rest, each until its deadline or the next
 * change.
 */
final class Carrier {
  /** More hops than any ring needs: whoever has made so many goes in circles. */
  static final int MAX_HOPS = 32;

  /**
   * How long a message that meets with trouble is kept going at one node: several times what it
   * takes the ring to find an owner dead.
   */
  static final Duration PATIENCE = Duration.ofSeconds(20);

  /** Nodes passed by for one message before it rests and starts over. */
  private static final int MOST_AVOIDED = 8;

  private static final long SHORTEST_REST = Duration.ofMillis(100).toNanos();
  private static final int REST_DOUBLINGS = 3;

  private final World world;
  private final RingView ring;
  private final NextHop nextHop;
  private final Upcalls upcalls;
  private final Arrivals arrivals;
  private final Acknowledgements acknowledgements;
  private final UnacknowledgedHops unacknowledged;
  private final Deadlines deadlines;
  private final Soon soon;
  private final Custody custody;
  private final Counters counters;
  private final int maxResting;
  private final Set<Rest> resting = new LinkedHashSet<>();

  Carrier(
      World world,
      RingView ring,
      NextHop nextHop,
      Upcalls upcalls,
      Arrivals arrivals,
      Acknowledgements acknowledgements,
      UnacknowledgedHops unacknowledged,
      Deadlines deadlines,
      Soon soon,
      Custody custody,
      Counters counters,
      RouterConfig config) {
    this.world = world;
    this.ring = ring;
    this.nextHop = nextHop;
    this.upcalls = upcalls;
    this.arrivals = arrivals;
    this.acknowledgements = acknowledgements;
    this.unacknowledged = unacknowledged;
    this.deadlines = deadlines;
    this.soon = soon;
    this.custody = custody;
    this.counters = counters;
    this.maxResting = config.maxInFlight();
    ring.listen(
        new RingListener() {
          @Override
          public void leafSetChanged(LeafSet before, LeafSet after) {
            if (!resting.isEmpty()) {
              soon.run(Carrier.this::wakeAll);
            }
          }
        });
  }

  /**
   * Starts a message that begins here. Handlers and hooks are called in a later step, never within
   * the call.
   */
  void begin(Journey journey) {
    Optional<Peer> next = nextHop.towards(journey.key(), journey.avoided());
    if (next.isEmpty() || upcalls.hookOf(journey).isPresent()) {
      soon.run(() -> proceed(journey));
    } else {
      send(journey, next.get());
    }
  }

  /** Starts a request to one peer. */
  void begin(Journey journey, Peer to) {
    if (to.id().equals(ring.self().id())) {
      soon.run(() -> arrivals.deliver(journey));
    } else {
      send(journey, to);
    }
  }

  /** Takes a hop over, or refuses it if there is nothing that this node could do with it. */
  void received(Peer from, Hop hop) {
    Journey journey = Journey.brought(from, hop);
    if (hop.kind() == Kind.DIRECT) {
      acknowledgements.oweUnlessAnswered(from, hop.sequence());
      arrivals.deliver(journey);
      return;
    }
    Optional<Peer> next = nextHop.towards(hop.key(), journey.avoided());
    if (!ring.isActive() || (next.isEmpty() && !ring.owns(hop.key()))) {
      world.send(from, new Nack(hop.sequence()));
      return;
    }
    if (next.isEmpty() && hop.kind() == Kind.ASK && from.id().equals(hop.origin().id())) {
      acknowledgements.oweUnlessAnswered(from, hop.sequence());
    } else {
      acknowledgements.owe(from, hop.sequence());
    }
    proceed(journey, next);
  }

  /** A node has not acknowledged a message in time, or the connection to it was lost. */
  void silent(Journey journey, Peer peer) {
    detour(journey, peer, true);
  }

  /** A node can do nothing with a message now. */
  void refused(Journey journey, Peer peer) {
    detour(journey, peer, false);
  }

  private void detour(Journey journey, Peer peer, boolean mayHaveBeenLost) {
    journey.await(null);
    // A request to one peer has no other way; whoever asked asks again.
    if (journey.isOver() || journey.kind() == Kind.DIRECT || !hasPatience(journey)) {
      return;
    }
    counters.rerouted++;
    if (nextHop.isOwner(peer, journey.key())) {
      if (mayHaveBeenLost && journey.rests() == 0) {
        journey.rested();
        custody.share(journey);
        proceed(journey);
      } else {
        rest(journey);
      }
      return;
    }
    journey.avoid(peer.id());
    Optional<Peer> next = nextHop.towards(journey.key(), journey.avoided());
    if (next.isPresent() && journey.avoided().size() <= MOST_AVOIDED) {
      send(journey, next.get());
    } else if (ring.owns(journey.key())) {
      proceed(journey, next);
    } else {
      rest(journey);
    }
  }

  /** Whether a message is to be kept going; if not, it is lost here. */
  private boolean hasPatience(Journey journey) {
    boolean patient = journey.troubledFor(world.now()) <= PATIENCE.toNanos();
    if (!patient) {
      counters.lost++;
    }
    return patient;
  }

  private void proceed(Journey journey) {
    if (!journey.isOver()) {
      proceed(journey, nextHop.towards(journey.key(), journey.avoided()));
    }
  }

  private void proceed(Journey journey, Optional<Peer> next) {
    Optional<Forward<Message>> hook = upcalls.hookOf(journey);
    if (hook.isEmpty()) {
      move(journey, next);
    } else if (next.isPresent() || ring.owns(journey.key())) {
      if (next.isPresent() || !arrivals.isRepeated(journey)) {
        decide(journey, hook.get(), next);
      }
    } else {
      restUnlessLost(journey);
    }
  }

  private void decide(Journey journey, Forward<Message> hook, Optional<Peer> next) {
    Forward.Decision decision;
    try {
      Message message = upcalls.message(journey);
      decision = hook.forward(Arrivals.delivery(journey), message, next.orElse(ring.self()));
    } catch (RuntimeException refusal) {
      // As of a handler: what a hook throws is the failure of this one message.
      arrivals.refuse(journey, Failure.Kind.REFUSED, Arrivals.text(refusal));
      return;
    }
    if (decision instanceof Forward.Decision.Continue) {
      move(journey, next);
    } else if (decision instanceof Forward.Decision.Redirect redirect) {
      journey.redirect(redirect.key());
      move(journey, nextHop.towards(journey.key(), journey.avoided()));
    }
  }

  private void move(Journey journey, Optional<Peer> next) {
    if (next.isPresent()) {
      send(journey, next.get());
    } else if (ring.owns(journey.key())) {
      arrivals.deliver(journey);
    } else {
      restUnlessLost(journey);
    }
  }

  private void send(Journey journey, Peer next) {
    if (journey.hops() >= MAX_HOPS) {
      counters.lost++;
      arrivals.refuse(
          journey, Failure.Kind.UNAVAILABLE, "no owner was found within " + MAX_HOPS + " hops");
    } else if (unacknowledged.isFull()) {
      counters.lost++;
    } else if (unacknowledged.send(journey, next)) {
      counters.forwarded++;
    } else {
      silent(journey, next);
    }
  }

  private void restUnlessLost(Journey journey) {
    if (hasPatience(journey)) {
      rest(journey);
    }
  }

  private void rest(Journey journey) {
    if (resting.size() == maxResting) {
      counters.lost++;
      return;
    }
    journey.avoidNobody();
    Rest rest = new Rest(journey);
    resting.add(rest);
    deadlines.set(rest, SHORTEST_REST << Math.min(journey.rests(), REST_DOUBLINGS));
    journey.rested();
  }

  private void wakeAll() {
    for (Rest rest : List.copyOf(resting)) {
      deadlines.cancel(rest);
      rest.expire();
    }
  }

  void checkInvariants() {
    Invariant.holds(resting.size() <= maxResting, "resting messages are bounded");
    for (Rest rest : resting) {
      Invariant.holds(rest.isSet(), "a resting message has a deadline");
    }
  }

  private final class Rest extends Deadline {
    private final Journey journey;

    Rest(Journey journey) {
      this.journey = journey;
    }

    @Override
    void expire() {
      resting.remove(this);
      proceed(journey);
    }
  }
}
