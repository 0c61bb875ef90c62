package io.kringle.routing;

import io.kringle.ring.Bytes;
import io.kringle.ring.Codec;
import io.kringle.ring.Failure;
import io.kringle.ring.Id;
import io.kringle.ring.Message;
import io.kringle.ring.Peer;
import io.kringle.ring.Result;
import io.kringle.ring.RingView;
import io.kringle.ring.World;
import io.kringle.routing.RoutingMessage.Acks;
import io.kringle.routing.RoutingMessage.Gone;
import io.kringle.routing.RoutingMessage.Holders;
import io.kringle.routing.RoutingMessage.Hop;
import io.kringle.routing.RoutingMessage.Kind;
import io.kringle.routing.RoutingMessage.Nack;
import io.kringle.routing.RoutingMessage.Ping;
import io.kringle.routing.RoutingMessage.Refusal;
import io.kringle.routing.RoutingMessage.Reply;
import io.kringle.routing.RoutingMessage.RowReply;
import io.kringle.routing.RoutingMessage.RowRequest;
import io.kringle.routing.RoutingMessage.Stuck;
import io.kringle.routing.RoutingMessage.Taken;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Routing over a ring, with prefix routing tables, acknowledged hops and remembered answers. One
 * for each node, entered one step at a time.
 *
 * <p>Handlers, hooks and callbacks are never called within {@link #route} or {@link #ask}, also not
 * when this node is the owner or the failure is known at once: a later step does it. What is too
 * large to be sent is dropped by {@code route}, counted as lost. A request of which the owner
 * remembers that it was handled, but no longer how it was answered, fails as {@code
 * OUTCOME_UNKNOWN}.
 */
public final class Router implements Routing {
  private final Peer self;
  private final Codec codec;
  private final RingView ring;
  private final RouterConfig config;
  private final Counters counters = new Counters();
  private final Sequence sequences;
  private final Soon soon;
  private final Deadlines deadlines;
  private final RoundTrips trips;
  private final RoutingTable table;
  private final NextHop nextHop;
  private final TableCare care;
  private final Acknowledgements acknowledgements;
  private final UnacknowledgedHops unacknowledged;
  private final Upcalls upcalls;
  private final Asks asks;
  private final Arrivals arrivals;
  private final Custody custody;
  private final Carrier carrier;

  /**
   * A router that listens to the ring; it sends nothing before it is used or the ring is joined.
   *
   * @param codec writes a message's number first, as a varint, low bits first
   */
  public Router(World world, Codec codec, RingView ring, RouterConfig config) {
    this.self = ring.self();
    this.codec = codec;
    this.ring = ring;
    this.config = config;
    trips = new RoundTrips(config.ackDelay());
    sequences = new Sequence(world.random());
    soon = new Soon(world);
    deadlines = new Deadlines(world);
    table = new RoutingTable(self.id(), trips);
    nextHop = new NextHop(ring, table);
    care = new TableCare(world, ring, table, trips, deadlines, sequences, config.tableSilence());
    acknowledgements = new Acknowledgements(world, config.ackDelay());
    unacknowledged =
        new UnacknowledgedHops(
            world, trips, deadlines, sequences, 2 * config.maxInFlight(), this::silent);
    upcalls = new Upcalls(codec);
    asks = new Asks(world, codec, deadlines, config.maxInFlight());
    arrivals =
        new Arrivals(
            world,
            self.id(),
            codec,
            config,
            upcalls,
            acknowledgements,
            counters,
            this::answeredHere);
    custody = new Custody(world, self, this::again);
    carrier =
        new Carrier(
            world,
            ring,
            nextHop,
            upcalls,
            arrivals,
            acknowledgements,
            unacknowledged,
            deadlines,
            soon,
            custody,
            counters,
            config);
    ring.listen(care);
  }

  @Override
  public void route(Id key, Message message) {
    counters.routed++;
    Bytes body = Bytes.of(codec.encode(message));
    if (body.size() > config.maxBodyBytes()) {
      counters.lost++;
      return;
    }
    carrier.begin(Journey.begin(Kind.ROUTE, key, self, sequences.next(), body, message));
  }

  @Override
  public void ask(Id key, Message request, AskOptions options, Consumer<Result<Message>> done) {
    begin(Kind.ASK, key, request, options, carrier::begin, done);
  }

  @Override
  public void ask(Peer peer, Message request, AskOptions options, Consumer<Result<Message>> done) {
    Consumer<Journey> send = journey -> carrier.begin(journey, peer);
    begin(Kind.DIRECT, peer.id(), request, options, send, done);
  }

  private void begin(
      Kind kind,
      Id key,
      Message request,
      AskOptions options,
      Consumer<Journey> send,
      Consumer<Result<Message>> done) {
    counters.routed++;
    Bytes body = Bytes.of(codec.encode(request));
    if (body.size() > config.maxBodyBytes()) {
      String text = "the request has " + body.size() + " bytes, more than " + config.maxBodyBytes();
      fail(Failure.of(Failure.Kind.TOO_LARGE, text), done);
    } else if (asks.isFull()) {
      String text = config.maxInFlight() + " requests are in flight";
      fail(Failure.of(Failure.Kind.OVERLOADED, text), done);
    } else {
      Journey journey = Journey.begin(kind, key, self, sequences.next(), body, request);
      asks.begin(journey, options, send, done);
    }
  }

  private void fail(Failure failure, Consumer<Result<Message>> done) {
    soon.run(() -> done.accept(Result.failed(failure)));
  }

  @Override
  public OptionalLong roundTripNanos(Id peer) {
    return trips.to(peer);
  }

  @Override
  public List<Peer> contacts() {
    List<Peer> contacts = new ArrayList<>(table.size());
    table.forEachFrom(0, entry -> contacts.add(entry.peer()));
    return contacts;
  }

  @Override
  public <M extends Message> void onDeliver(Class<M> type, Deliver<M> handler) {
    upcalls.onDeliver(type, handler);
  }

  @Override
  public <M extends Message> void onForward(Class<M> type, Forward<M> hook) {
    upcalls.onForward(type, hook);
  }

  /**
   * Where a message for {@code key} would go from here now; empty if this node is the closest that
   * it knows.
   */
  public Optional<Peer> nextHop(Id key) {
    return nextHop.towards(key, List.of());
  }

  /**
   * The next hop of a request that the ring passes on itself: along the table, or along the leaves
   * where the table's choice is not usable. Shaped as a {@link io.kringle.ring.Pathfinder}.
   */
  public Optional<Peer> towards(Id target, Predicate<Peer> usable) {
    return nextHop(target).filter(usable).or(() -> throughLeaves(target, usable));
  }

  private Optional<Peer> throughLeaves(Id target, Predicate<Peer> usable) {
    return ring.leafSet().peers().stream()
        .filter(usable)
        .filter(leaf -> target.isCloserTo(leaf.id(), self.id()))
        .reduce((one, other) -> target.isCloserTo(other.id(), one.id()) ? other : one);
  }

  /** Has a peer considered for the routing table that is certainly alive. */
  void know(Peer peer) {
    care.heard(peer);
  }

  /** Takes one of this layer's messages; a step of the node. */
  public void received(Peer from, RoutingMessage message) {
    care.heard(from);
    if (message instanceof Hop hop) {
      care.heardOf(hop.origin());
      carrier.received(from, hop);
    } else if (message instanceof Reply reply) {
      acknowledged(from, reply.acked());
      asks.answered(reply.request(), Result.ok(reply.body()));
    } else if (message instanceof Acks acks) {
      acks.sequences().forEach(sequence -> acknowledged(from, sequence));
    } else if (message instanceof Nack nack) {
      unacknowledged
          .refused(from, nack.sequence())
          .ifPresent(journey -> carrier.refused(journey, from));
    } else if (message instanceof Stuck stuck) {
      custody.givenBack(stuck);
    } else if (message instanceof Refusal refusal) {
      acknowledged(from, refusal.acked());
      asks.answered(refusal.request(), Result.failed(refusal.kind(), refusal.text()));
    } else if (message instanceof Ping ping) {
      acknowledgements.owe(from, ping.sequence());
    } else if (message instanceof RowRequest request) {
      care.rowRequested(from, request);
    } else if (message instanceof RowReply reply) {
      care.sighted(from, reply);
    } else if (message instanceof Taken taken) {
      care.taken(from, taken);
    } else if (message instanceof Holders holders) {
      care.entrusted(from, holders);
    } else if (message instanceof Gone gone) {
      care.gone(from, gone);
    } else {
      throw new IllegalStateException("no case for " + message);
    }
  }

  /** The connection to a peer is lost: what it has not acknowledged goes another way. */
  public void unreachable(Peer peer, String reason) {
    care.drop(peer);
    List<Journey> back = unacknowledged.lost(peer.id());
    if (!back.isEmpty()) {
      ring.suspect(peer);
    }
    back.forEach(journey -> carrier.silent(journey, peer));
    asks.unreachable(peer, reason);
  }

  private void acknowledged(Peer from, long sequence) {
    if (!unacknowledged.acknowledged(from, sequence)) {
      care.acknowledged(from, sequence);
    }
  }

  private void silent(Peer peer, Journey journey) {
    ring.suspect(peer);
    care.doubt(peer);
    carrier.silent(journey, peer);
  }

  private void again(Journey journey) {
    carrier.begin(journey);
  }

  private void answeredHere(long request, Result<Bytes> answer) {
    soon.run(() -> asks.answered(request, answer));
  }

  /** What happened so far. */
  public RouterStats stats() {
    return new RouterStats(
        counters.routed,
        counters.delivered,
        counters.forwarded,
        counters.rerouted,
        counters.lost,
        counters.repliesFromCache,
        asks.size(),
        table.size());
  }

  /**
   * Checks what must be true between steps.
   *
   * @throws IllegalStateException naming the invariant that is broken
   */
  public void checkInvariants() {
    deadlines.checkInvariants();
    table.checkInvariants();
    acknowledgements.checkInvariants();
    unacknowledged.checkInvariants();
    asks.checkInvariants();
    carrier.checkInvariants();
    care.checkInvariants();
    arrivals.handled().checkInvariants();
  }
}
