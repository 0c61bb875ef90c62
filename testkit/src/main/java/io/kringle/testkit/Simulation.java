package io.kringle.testkit;

import io.kringle.ring.Endpoint;
import io.kringle.ring.Id;
import io.kringle.ring.Inbound;
import io.kringle.ring.Message;
import io.kringle.ring.Peer;
import io.kringle.ring.World;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Many nodes in one thread and in virtual time, driven by one seed: same seed and same calls, same
 * run.
 *
 * <p>A simulated node is whatever stack of protocols {@link #start} is given; it sees the same
 * {@link World} and {@link Inbound} as a real one. Time passes only in {@link #run} and {@link
 * #runUntil}.
 */
public final class Simulation {
  private final long seed;
  private final Network network;
  private final UnaryOperator<Message> wire;
  private final EventQueue events = new EventQueue();
  private final Map<Id, SimulatedNode> nodes = new LinkedHashMap<>();
  private final Map<Endpoint, SimulatedNode> listening = new LinkedHashMap<>();
  private final TraceHash trace = new TraceHash();
  private final Map<Id, Clock> clocks = new LinkedHashMap<>();
  private final Map<Id, Integer> places = new LinkedHashMap<>();
  private final Set<Endpoint> gone = new LinkedHashSet<>();
  private final SimulatedNode nobody;
  private Watcher watcher = (at, from, to, message) -> {};
  private long messages;
  private long now;

  /**
   * A simulation without nodes.
   *
   * @param seed of every random choice in it
   * @param wire what becomes of a message on its way; usually decode after encode, so that what a
   *     codec loses is lost here
   */
  public Simulation(long seed, UnaryOperator<Message> wire) {
    this(seed, Optional.empty(), wire);
  }

  /**
   * The same with nodes as far from each other as {@code latencies} say, rather than up to 20 ms.
   *
   * @param latencies between their places
   */
  public Simulation(long seed, Latencies latencies, UnaryOperator<Message> wire) {
    this(seed, Optional.of(latencies), wire);
  }

  private Simulation(long seed, Optional<Latencies> latencies, UnaryOperator<Message> wire) {
    this.seed = seed;
    this.wire = wire;
    this.network =
        new Network(
            new SplittableRandom(seed),
            (from, to) ->
                latencies
                    .map(between -> between.oneWay(place(from), place(to)))
                    .orElseGet(() -> Network.near(from, to)));
    this.nobody =
        new SimulatedNode(
            this,
            new Peer(Id.ZERO, new Endpoint("nobody", 1), 0),
            new Clock(),
            new SplittableRandom(seed));
  }

  /** Where a node is that was ever started; others, who do not answer anyway, are all at one. */
  private int place(Id id) {
    return places.getOrDefault(id, 0);
  }

  /** How long a message takes from one node to another at least, in nanoseconds. */
  public long direct(Id from, Id to) {
    return network.latency(from, to);
  }

  /** Messages sent so far, by all. */
  public long messages() {
    return messages;
  }

  /** Sees messages as they arrive. */
  @FunctionalInterface
  public interface Watcher {
    /** A message is about to be handled; {@code now} is in virtual nanoseconds. */
    void delivered(long now, Peer from, Peer to, Message message);
  }

  /** From now on, shows every message that arrives to {@code observer}, and to no other. */
  public void watch(Watcher observer) {
    watcher = observer;
  }

  /** Runs something that is no node's at a virtual time. */
  public void at(Duration fromNow, Runnable task) {
    schedule(fromNow.toNanos(), nobody, task);
  }

  /** For a while the node handles nothing; what waits is handled in order when it wakes. */
  public void pause(Id id, Duration lasts) {
    SimulatedNode node = nodes.get(id);
    if (node != null && node.isUp()) {
      node.pauseUntil(now + lasts.toNanos());
    }
  }

  /** Has the clock and timers of a node run faster by this share, or slower. */
  public void drift(Id id, double rate) {
    clock(id).drift(now, rate);
  }

  private Clock clock(Id id) {
    return clocks.computeIfAbsent(id, unused -> new Clock());
  }

  /** The network between the nodes, for faults to be set. */
  public Network network() {
    return network;
  }

  /** The seed of this run, to be named when it fails. */
  public long seed() {
    return seed;
  }

  /** Virtual nanoseconds since the simulation began. */
  public long now() {
    return now;
  }

  /** A digest of every delivery so far, in order: equal for equal runs. */
  public long traceHash() {
    return trace.value();
  }

  /**
   * Starts a node, or starts it again after a crash.
   *
   * @param assemble makes the node's stack from its world; called now, in the node's first step
   */
  public SimulatedNode start(Peer peer, Function<World, Inbound> assemble) {
    SimulatedNode before = nodes.get(peer.id());
    if (before != null && before.isUp()) {
      throw new IllegalStateException(peer + " is up");
    }
    SimulatedNode node =
        new SimulatedNode(
            this,
            peer,
            clock(peer.id()),
            new SplittableRandom(seed ^ peer.id().hashCode() * 0x9E3779B97F4A7C15L ^ now));
    nodes.put(peer.id(), node);
    places.putIfAbsent(peer.id(), places.size());
    gone.remove(peer.endpoint());
    listening.put(peer.endpoint(), node);
    node.assemble(assemble);
    return node;
  }

  /** Every node that was ever started and is up, in the order of their first start. */
  public Collection<SimulatedNode> live() {
    return nodes.values().stream().filter(SimulatedNode::isUp).toList();
  }

  /** Ends a process as {@code kill -9} does: its connections break, which its peers notice. */
  public void kill(Id id) {
    SimulatedNode node = halt(id);
    for (Peer peer : node.connections()) {
      SimulatedNode other = nodes.get(peer.id());
      if (other != null && network.passes(id, peer.id())) {
        schedule(
            network.latency(id, peer.id()),
            other,
            () -> other.connectionLost(node.peer(), "connection reset"));
      }
    }
  }

  /** Ends a node as a power cut does: nobody is told. */
  public void vanish(Id id) {
    gone.add(halt(id).peer().endpoint());
  }

  private SimulatedNode halt(Id id) {
    SimulatedNode node = nodes.get(id);
    if (node == null || !node.isUp()) {
      throw new IllegalStateException(id.brief() + " is not up");
    }
    node.halt();
    listening.remove(node.peer().endpoint(), node);
    return node;
  }

  /** Lets {@code duration} pass. */
  public void run(Duration duration) {
    long end = now + duration.toNanos();
    while (events.nextAt() <= end) {
      step();
    }
    now = end;
  }

  /** Lets time pass until {@code condition} holds, or {@code limit} is over; whether it held. */
  public boolean runUntil(BooleanSupplier condition, Duration limit) {
    long end = now + limit.toNanos();
    while (!condition.getAsBoolean()) {
      if (events.nextAt() > end) {
        now = end;
        return condition.getAsBoolean();
      }
      step();
    }
    return true;
  }

  private void step() {
    EventQueue.Event event = events.take();
    now = event.at();
    if (event.node().wakesAt() > now) {
      events.postpone(event, event.node().wakesAt());
    } else if (event.node().isUp()) {
      event.task().run();
    }
  }

  EventQueue.Event schedule(long delayNanos, SimulatedNode node, Runnable task) {
    return events.add(now + Math.max(0, delayNanos), node, task);
  }

  void cancel(EventQueue.Event event) {
    events.cancel(event);
  }

  void transmit(SimulatedNode from, Peer to, Message message) {
    messages++;
    SimulatedNode target = find(from, to);
    if (target == null) {
      refuse(from, to);
    } else {
      deliver(from, target, message, () -> fellSilent(from, to));
    }
  }

  /** The node that listens where {@code to} is said to be, if it is that. */
  private @Nullable SimulatedNode find(SimulatedNode from, Peer to) {
    SimulatedNode connected = from.connected(to.id());
    if (connected != null
        && connected.isUp()
        && connected.peer().endpoint().equals(to.endpoint())) {
      return connected;
    }
    SimulatedNode target = listening.get(to.endpoint());
    return target == null || !target.peer().id().equals(to.id()) ? null : target;
  }

  void transmit(SimulatedNode from, Endpoint to, Message message) {
    messages++;
    SimulatedNode target = listening.get(to);
    if (target != null) {
      deliver(from, target, message, () -> from.contactFailed(to, "no answer"));
    } else if (gone.contains(to)) {
      schedule(
          Network.SILENCE_NOTICED_AFTER.toNanos(), from, () -> from.contactFailed(to, "no answer"));
    } else {
      schedule(
          network.latency(from.peer().id(), Id.ZERO),
          from,
          () -> from.contactFailed(to, "connection refused"));
    }
  }

  private void refuse(SimulatedNode from, Peer to) {
    Id source = from.peer().id();
    if (network.passes(source, to.id()) && !gone.contains(to.endpoint())) {
      schedule(
          2 * network.latency(source, to.id()),
          from,
          () -> from.connectionLost(to, "connection refused"));
    } else {
      schedule(Network.SILENCE_NOTICED_AFTER.toNanos(), from, () -> fellSilent(from, to));
    }
  }

  /** What was sent into a cut link went unanswered until now; a link joined since then is alive. */
  private void fellSilent(SimulatedNode from, Peer to) {
    if (!listening.containsKey(to.endpoint()) || !network.passes(from.peer().id(), to.id())) {
      from.connectionLost(to, "fell silent");
    }
  }

  private void deliver(
      SimulatedNode from, SimulatedNode target, Message message, Runnable silence) {
    Link link = from.link(target);
    if (!network.passes(from.peer().id(), target.peer().id())) {
      schedule(Network.SILENCE_NOTICED_AFTER.toNanos(), from, silence);
      return;
    }
    link.answer(from);
    Message received = wire.apply(message);
    for (long arrival : network.arrivals(now, link, received)) {
      schedule(arrival - now, target, () -> arrive(from.peer(), target, received));
    }
  }

  private void arrive(Peer from, SimulatedNode at, Message message) {
    trace.add(now, from.id(), at.peer().id(), message);
    watcher.delivered(now, from, at.peer(), message);
    at.receive(from, message);
  }
}
