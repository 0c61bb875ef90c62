package io.kringle.node.sim;

import io.kringle.ring.Codec;
import io.kringle.ring.Endpoint;
import io.kringle.ring.Id;
import io.kringle.ring.Message;
import io.kringle.ring.Peer;
import io.kringle.ring.Result;
import io.kringle.ring.RingMessages;
import io.kringle.ring.Schema;
import io.kringle.ring.wire.KryoCodec;
import io.kringle.ring.wire.WireMessages;
import io.kringle.routing.Delivery;
import io.kringle.routing.RoutingMessages;
import io.kringle.testkit.SimulatedNode;
import io.kringle.testkit.Simulation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.function.LongConsumer;

/**
 * The ring and the routing of many nodes in one thread and in virtual time: nodes join one after
 * the other, are left alone for a while, and then look up random keys. Every message goes through
 * the codec. What arrives is held against the sorted list of all ids.
 *
 * <p>To be called in the order {@link #form}, {@link #rest}, {@link #lookUp}, {@link #report}.
 */
public final class OverlaySimulation {
  private static final Duration BETWEEN_JOINS = Duration.ofMillis(50);
  private static final Duration LONGEST_JOIN = Duration.ofMinutes(2);
  private static final int DOORS = 3;
  private static final Duration SETTLING = Duration.ofSeconds(60);
  private static final Duration QUIET = Duration.ofSeconds(60);
  private static final Duration LONGEST_LOOKUP = Duration.ofSeconds(30);

  private final OverlayPlan plan;
  private final Codec codec = new KryoCodec(schema());
  private final Simulation simulation;
  private final SplittableRandom random;

  /** Those that answer for their arc, in the order in which they came to. */
  private final List<OverlayNode> active = new ArrayList<>();

  private final TreeSet<Id> ids = new TreeSet<>();
  private final List<Double> joinMillis = new ArrayList<>();
  private final List<Integer> hops = new ArrayList<>();
  private final BitSet arrived = new BitSet();
  private int misdelivered;
  private double maintenance;

  /** A simulation in which nothing has happened yet. */
  public OverlaySimulation(OverlayPlan plan) {
    this.plan = plan;
    this.simulation = new Simulation(plan.seed(), this::throughBytes);
    this.random = new SplittableRandom(plan.seed());
    simulation.network().lose(plan.loss());
  }

  private static Schema schema() {
    Schema schema = new Schema();
    WireMessages.register(schema);
    RingMessages.register(schema);
    RoutingMessages.register(schema);
    return schema.add(Lookup.WIRE_NUMBER, Lookup.class);
  }

  private Message throughBytes(Message message) {
    return codec.decode(codec.encode(message));
  }

  /**
   * Lets the nodes join.
   *
   * @param progress is told how many are active
   * @throws IllegalStateException if one does not get in
   */
  public void form(LongConsumer progress) {
    for (int i = 0; i < plan.nodes(); i++) {
      start(newPeer(i));
      simulation.run(BETWEEN_JOINS);
      progress.accept(active.size());
    }
    if (!simulation.runUntil(() -> active.size() == plan.nodes(), LONGEST_JOIN)) {
      throw new IllegalStateException(
          plan.nodes() - active.size() + " nodes did not get into the ring");
    }
    progress.accept(active.size());
    simulation.run(SETTLING);
  }

  private Peer newPeer(int number) {
    Id id = Id.random(random);
    ids.add(id);
    return new Peer(id, new Endpoint("node-" + number, 7400), 1);
  }

  private void start(Peer peer) {
    long begun = simulation.now();
    List<Endpoint> doors = doors();
    simulation.start(
        peer,
        world -> {
          OverlayNode node =
              new OverlayNode(
                  world,
                  codec,
                  peer,
                  (delivery, lookup, responder) -> arrived(peer, delivery, lookup));
          if (doors.isEmpty()) {
            node.create(Id.random(random));
            active.add(node);
          } else {
            node.join(doors, result -> joined(node, begun, result));
          }
          return node;
        });
  }

  private List<Endpoint> doors() {
    List<Endpoint> doors = new ArrayList<>();
    for (int i = 0; i < Math.min(DOORS, active.size()); i++) {
      doors.add(active.get(random.nextInt(active.size())).endpoint());
    }
    return doors;
  }

  private void joined(OverlayNode node, long begun, Result<Id> result) {
    if (result instanceof Result.Failed<Id> failed) {
      throw new IllegalStateException(node.endpoint() + " did not get in: " + failed.failure());
    }
    active.add(node);
    joinMillis.add((simulation.now() - begun) / 1e6);
  }

  /** Lets a minute pass in which nobody asks for anything, and counts what is sent all the same. */
  public void rest() {
    long before = sent();
    simulation.run(QUIET);
    maintenance = (sent() - before) / (double) plan.nodes() / QUIET.toSeconds();
  }

  /**
   * Looks up random keys from random nodes, one after the other at even distances.
   *
   * @param progress is told how many lookups have begun
   */
  public void lookUp(LongConsumer progress) {
    long start = simulation.now();
    double gap = plan.duration().toNanos() / (double) Math.max(1, plan.lookups());
    for (int i = 0; i < plan.lookups(); i++) {
      simulation.run(Duration.ofNanos(start + (long) (i * gap) - simulation.now()));
      active.get(random.nextInt(active.size())).look(Id.random(random), new Lookup(i));
      progress.accept(i + 1L);
    }
    simulation.run(Duration.ofNanos(start + plan.duration().toNanos() - simulation.now()));
    simulation.runUntil(() -> lost() == 0, LONGEST_LOOKUP);
  }

  private void arrived(Peer at, Delivery delivery, Lookup lookup) {
    if (!at.id().equals(owner(delivery.key()))) {
      misdelivered++;
    }
    if (!arrived.get(lookup.number())) {
      arrived.set(lookup.number());
      hops.add(delivery.hops());
    }
  }

  /** The closest of all ids: one of the two next to the key on the circle. */
  private Id owner(Id key) {
    Id below = Optional.ofNullable(ids.floor(key)).orElseGet(ids::last);
    Id above = Optional.ofNullable(ids.ceiling(key)).orElseGet(ids::first);
    return key.isCloserTo(below, above) ? below : above;
  }

  private int lost() {
    return plan.lookups() - hops.size();
  }

  private long sent() {
    return simulation.live().stream().mapToLong(SimulatedNode::sent).sum();
  }

  /** What came of it. */
  public OverlayReport report() {
    return new OverlayReport(
        plan.nodes(),
        plan.lookups(),
        lost(),
        misdelivered,
        Distribution.of(hops),
        maintenance,
        Distribution.of(joinMillis),
        sent(),
        simulation.now() / 1e9,
        simulation.traceHash());
  }
}
