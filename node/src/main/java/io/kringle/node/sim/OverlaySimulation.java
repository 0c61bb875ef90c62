package io.kringle.node.sim;

import io.kringle.ring.Codec;
import io.kringle.ring.Endpoint;
import io.kringle.ring.Id;
import io.kringle.ring.Message;
import io.kringle.ring.Peer;
import io.kringle.ring.Result;
import io.kringle.ring.wire.KryoCodec;
import io.kringle.routing.Delivery;
import io.kringle.routing.RoutingMessage;
import io.kringle.testkit.Latencies;
import io.kringle.testkit.Simulation;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/**
 * The ring and the routing of many nodes in one thread and in virtual time: nodes join one after
 * the other, get to know each other for a while, and then look up random keys. What arrives is held
 * against the sorted list of all that live and have joined.
 *
 * <p>With sessions, nodes come and go while they look up: one whose session is over vanishes
 * without a word, and another, with another id, starts at that moment. Or a file says who comes and
 * who goes ({@link ChurnFile}); who goes by that vanishes without a word, too.
 *
 * <p>To be called in the order {@link #form}, {@link #lookUp}, {@link #report}.
 */
public final class OverlaySimulation {
  private static final Duration BETWEEN_JOINS = Duration.ofMillis(20);
  private static final Duration LONGEST_FORMING = Duration.ofMinutes(3);
  private static final Duration SETTLING = Duration.ofMinutes(3);

  /** On larger rings only every so many messages go through their bytes. */
  private static final int SMALL = 200;

  private static final int SAMPLED = 64;

  private final OverlayPlan plan;
  private final Codec codec = new KryoCodec(Explore.schema());
  private final Simulation simulation;
  private final SplittableRandom random;
  private final Population population;
  private final LookupLog log = new LookupLog();
  private final Map<String, Long> byType = new TreeMap<>();
  private final List<ChurnFile.Event> churn;
  private final Map<String, OverlayNode> byName = new HashMap<>();
  private List<Double> joinMillis = new ArrayList<>();
  private int started;
  private int joinsFailed;
  private long sent;
  private boolean looking;

  /** How many nodes run, and how long they all did together until {@code countedAt}. */
  private int running;

  private double nodeSeconds;
  private long countedAt;
  private double maintenance;

  /**
   * A simulation in which nothing has happened yet.
   *
   * @throws IOException if the latencies or the churn cannot be read, naming the file and the line
   */
  public OverlaySimulation(OverlayPlan plan) throws IOException {
    this.plan = plan;
    this.churn =
        plan.churn().isPresent()
            ? ChurnFile.read(plan.churn().get(), plan.nodes(), plan.duration())
            : List.of();
    Latencies latencies =
        plan.latencies().isPresent()
            ? Latencies.matrix(plan.latencies().get())
            : Latencies.euclid(plan.seed());
    simulation = new Simulation(plan.seed(), latencies, this::onItsWay);
    random = new SplittableRandom(plan.seed());
    population = new Population(random);
  }

  private Message onItsWay(Message message) {
    sent++;
    if (looking) {
      byType.merge(message.getClass().getSimpleName(), 1L, Long::sum);
    }
    boolean throughBytes = plan.nodes() <= SMALL || sent % SAMPLED == 0;
    return throughBytes ? codec.decode(codec.encode(message)) : message;
  }

  /**
   * Lets the nodes join, and get to know each other.
   *
   * @param progress is told how many are active
   * @throws IllegalStateException if one does not get in
   */
  public void form(LongConsumer progress) {
    for (int i = 0; i < plan.nodes(); i++) {
      start(String.valueOf(i));
      simulation.run(BETWEEN_JOINS);
      progress.accept(population.size());
    }
    if (!simulation.runUntil(() -> population.size() == plan.nodes(), LONGEST_FORMING)) {
      throw new IllegalStateException(
          plan.nodes() - population.size() + " nodes did not get into the ring");
    }
    simulation.run(SETTLING);
    progress.accept(population.size());
  }

  private void start(String name) {
    Id id = Id.random(random);
    Peer peer = new Peer(id, new Endpoint("node-" + started++, 7400), 1);
    count(1);
    enter(peer, name, simulation.now());
  }

  private void enter(Peer peer, String name, long begun) {
    List<Endpoint> doors = population.doors();
    simulation.start(
        peer,
        world -> {
          OverlayNode node =
              new OverlayNode(
                  world,
                  codec,
                  peer,
                  (delivery, lookup, responder) -> arrived(peer, delivery, lookup));
          byName.put(name, node);
          if (doors.isEmpty()) {
            node.create(Id.random(random));
            joined(node, begun);
          } else {
            node.join(doors, result -> entered(node, begun, result));
          }
          return node;
        });
  }

  private void entered(OverlayNode node, long begun, Result<Id> result) {
    if (result.isOk()) {
      joined(node, begun);
    } else {
      joinsFailed++;
      node.join(population.doors(), again -> entered(node, begun, again));
    }
  }

  private void joined(OverlayNode node, long begun) {
    population.add(node);
    joinMillis.add((simulation.now() - begun) / 1e6);
    if (looking) {
      endLater(node);
    }
  }

  private void endLater(OverlayNode node) {
    plan.session()
        .map(mean -> plan.sessions().draw(mean, random))
        .ifPresent(session -> simulation.at(session, () -> end(node)));
  }

  private void end(OverlayNode node) {
    if (looking) {
      vanish(node);
      start("successor " + started);
    }
  }

  private void vanish(OverlayNode node) {
    count(-1);
    simulation.vanish(node.id());
    population.remove(node);
  }

  private void follow(ChurnFile.Event event) {
    if (event.joins()) {
      start(event.node());
    } else {
      Optional.ofNullable(byName.remove(event.node())).ifPresent(this::vanish);
    }
  }

  /** So many nodes more run from now on. */
  private void count(int more) {
    nodeSeconds += looking ? running * ((simulation.now() - countedAt) / 1e9) : 0;
    countedAt = simulation.now();
    running += more;
  }

  /**
   * Looks up random keys from random nodes, one after the other at even distances.
   *
   * @param progress is told how many lookups have begun
   */
  public void lookUp(LongConsumer progress) {
    simulation.network().lose(plan.loss());
    count(0);
    looking = true;
    List<Double> joinsBefore = joinMillis;
    joinMillis = new ArrayList<>();
    population.all().forEach(this::endLater);
    churn.forEach(event -> simulation.at(event.at(), () -> follow(event)));
    long before = simulation.messages();
    long start = simulation.now();
    double gap = plan.duration().toNanos() / (double) Math.max(1, plan.lookups());
    for (int i = 0; i < plan.lookups(); i++) {
      passUntil(start + (long) (i * gap));
      if (population.size() > 0) {
        OverlayNode by = population.any();
        log.begin(i, by.id(), simulation.now());
        by.look(Id.random(random), new Lookup(i));
      }
      progress.accept(i + 1L);
    }
    passUntil(start + plan.duration().toNanos());
    count(0);
    looking = false;
    long lookups = byType.getOrDefault(RoutingMessage.Hop.class.getSimpleName(), 0L);
    maintenance = (simulation.messages() - before - lookups) / nodeSeconds;
    joinMillis = joinMillis.isEmpty() ? joinsBefore : joinMillis;
    simulation.runUntil(() -> !log.hasOpen(), LookupLog.LONGEST);
  }

  private void passUntil(long time) {
    simulation.run(Duration.ofNanos(time - simulation.now()));
  }

  private void arrived(Peer at, Delivery delivery, Lookup lookup) {
    if (!at.id().equals(population.owner(delivery.key()))) {
      log.misdelivered(lookup.number());
    }
    log.arrived(lookup.number(), at.id(), delivery.hops(), simulation.now(), simulation::direct);
  }

  /** What it was told to do. */
  public OverlayPlan plan() {
    return plan;
  }

  /** From now on, tells of every message that carries the lookup of this number. */
  public void traceLookup(int number, Consumer<String> lines) {
    simulation.watch(new MessageTrace(codec, OptionalInt.of(number), Optional.empty(), lines));
  }

  /** From now on, tells of every message from or to a node, by the host of its address. */
  public void traceNode(String host, Consumer<String> lines) {
    simulation.watch(new MessageTrace(codec, OptionalInt.empty(), Optional.of(host), lines));
  }

  /** What came of it. */
  public OverlayReport report() {
    Map<String, Double> rates = new TreeMap<>();
    byType.forEach((type, count) -> rates.put(type, count / nodeSeconds));
    return new OverlayReport(
        plan.nodes(),
        log.figures(population::contains),
        Distribution.of(joinMillis),
        joinsFailed,
        maintenance,
        rates,
        simulation.messages(),
        simulation.now() / 1e9,
        simulation.traceHash());
  }
}
