package io.kringle.node.sim;

import io.kringle.ring.Codec;
import io.kringle.ring.Endpoint;
import io.kringle.ring.Id;
import io.kringle.ring.Inbound;
import io.kringle.ring.Message;
import io.kringle.ring.Peer;
import io.kringle.ring.Result;
import io.kringle.ring.World;
import io.kringle.ring.wire.KryoCodec;
import io.kringle.testkit.Latencies;
import io.kringle.testkit.Simulation;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * The nodes of a repair simulation, and what is done to them. Each is given a few live nodes to
 * join by, which it goes on to ask for the way when it looks for parts of the ring that it lost.
 */
final class RepairRing {
  /** On larger rings only every so many messages go through their bytes. */
  private static final int SMALL = 200;

  private static final int SAMPLED = 64;

  private final Codec codec = new KryoCodec(Explore.schema());
  private final WorldFilter filter;
  private final Simulation simulation;
  private final SplittableRandom random;
  private final Population population;
  private final RepairLookups lookups = new RepairLookups();
  private final List<Double> joinMillis = new ArrayList<>();
  private final List<String> refusals = new ArrayList<>();
  private int started;
  private int gone;
  private long sent;

  /** When what is measured began. */
  private long begun;

  RepairRing(long seed, Latencies latencies, WorldFilter filter) {
    this.filter = filter;
    simulation = new Simulation(seed, latencies, this::onItsWay);
    random = new SplittableRandom(seed);
    population = new Population(random);
  }

  private Message onItsWay(Message message) {
    sent++;
    boolean throughBytes = started <= SMALL || sent % SAMPLED == 0;
    return throughBytes ? codec.decode(codec.encode(message)) : message;
  }

  Simulation simulation() {
    return simulation;
  }

  // ---- coming

  /** Another node starts, and joins if it is not the first. */
  void start() {
    Id id = Id.random(random);
    Peer peer = new Peer(id, new Endpoint("node-" + started++, 7400), 1);
    List<Endpoint> doors = population.doors();
    long now = simulation.now();
    simulation.start(peer, world -> enter(new Assembly(peer, world).node, doors, now));
  }

  private OverlayNode enter(OverlayNode node, List<Endpoint> doors, long start) {
    if (doors.isEmpty()) {
      node.create(Id.random(random));
      population.add(node);
    } else {
      node.join(doors, result -> entered(node, start, result));
    }
    return node;
  }

  private void entered(OverlayNode node, long start, Result<Id> result) {
    if (result instanceof Result.Failed<Id> failed) {
      refusals.add(node.ring().self() + ": " + failed.failure());
      node.join(population.doors(), again -> entered(node, start, again));
    } else {
      population.add(node);
      joinMillis.add((simulation.now() - start) / 1e6);
    }
  }

  /** A node in the world that the filter leaves it. */
  private final class Assembly {
    private final OverlayNode node;

    Assembly(Peer peer, World world) {
      node =
          new OverlayNode(
              filter.around(peer, world, this::inbound),
              codec,
              peer,
              (delivery, lookup, responder) ->
                  lookups.arrived(lookup, peer, population.owner(delivery.key()), sinceTheFault()));
    }

    private Inbound inbound() {
      return node;
    }
  }

  // ---- what happens to them

  /** From now on joins and lookups are measured. */
  void faultBegins() {
    begun = simulation.now();
    joinMillis.clear();
    refusals.clear();
  }

  private long sinceTheFault() {
    return simulation.now() - begun;
  }

  /** Random ones, half of those that have joined. */
  List<OverlayNode> half() {
    List<OverlayNode> all = new ArrayList<>(population.all());
    int count = all.size() / 2;
    List<OverlayNode> half = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      half.add(all.remove(random.nextInt(all.size())));
    }
    return half;
  }

  /** They are gone at once, and nobody is told. */
  void vanish(List<OverlayNode> victims) {
    gone += victims.size();
    for (OverlayNode victim : victims) {
      simulation.vanish(victim.id());
      population.remove(victim);
    }
  }

  /** All that do not belong to {@code half}. */
  List<OverlayNode> othersThan(Collection<OverlayNode> half) {
    List<OverlayNode> others = new ArrayList<>(population.all());
    others.removeAll(Set.copyOf(half));
    return others;
  }

  /** No message passes between the two parts until the network is healed. */
  void cut(List<OverlayNode> one, List<OverlayNode> other) {
    simulation.network().partition(ids(one), ids(other));
  }

  private static List<Id> ids(List<OverlayNode> nodes) {
    return nodes.stream().map(OverlayNode::id).toList();
  }

  /** A random node looks up a random key. */
  void look() {
    OverlayNode by = population.any();
    Id key = Id.random(random);
    by.look(key, lookups.begin(key, by.ring().self(), sinceTheFault()));
  }

  // ---- what is seen of them

  /** How many have joined and live. */
  int size() {
    return population.size();
  }

  /** Why those that live are not one ring; empty if they are. */
  Optional<String> disagreement() {
    int waiting = started - gone - population.size();
    return waiting > 0
        ? Optional.of(waiting + " nodes have not joined")
        : disagreement(population.all());
  }

  /** Why these are not a ring of their own; empty if they are. */
  static Optional<String> disagreement(Collection<OverlayNode> nodes) {
    return RingAgreement.disagreement(nodes.stream().map(OverlayNode::ring).toList());
  }

  RepairLookups lookups() {
    return lookups;
  }

  /** How long those took to join that did since the fault. */
  Distribution joinMillis() {
    return Distribution.of(joinMillis);
  }

  /** Whom the ring did not let in since the fault, and why, in words. */
  List<String> refusals() {
    return List.copyOf(refusals);
  }
}
