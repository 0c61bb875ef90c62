package io.kringle.node.testing;

import io.kringle.node.Kringle;
import io.kringle.node.KringleException;
import io.kringle.node.SimulatedDirectory;
import io.kringle.node.SimulatedHost;
import io.kringle.ring.Endpoint;
import io.kringle.ring.Id;
import io.kringle.testkit.Simulation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * A ring of simulated nodes with a service on each: the same nodes as real ones, all layers of
 * them, with links, disks and time that a test holds in its hand.
 *
 * <pre>{@code
 * try (SimulatedRing<TicketService> ring =
 *     SimulatedRing.builder().nodes(50).seed(7).service(TicketService::new).start()) {
 *   ring.cutInHalf();
 *   ring.run(Duration.ofMinutes(1));
 *   ring.heal();
 *   ring.await(ring::isWhole, Duration.ofMinutes(1));
 *   int ticket = ring.get(ring.service(3).next("bread"), Duration.ofSeconds(10));
 * }
 * }</pre>
 *
 * <p>Nodes go by number, from 0 in the order in which they were added, and keep theirs when they
 * start again. Time passes only in {@link #run}, {@link #await} and {@link #get}; everything that
 * nodes and services do happens there, on the thread of the test. Not thread-safe. What a test asks
 * of a node or its service is carried out when time passes; stages must not be waited for
 * otherwise.
 *
 * <p>Faults last until they are taken back. Messages of failures name the seed, with which the same
 * calls give the same run.
 *
 * @param <S> what runs on each node
 */
public final class SimulatedRing<S> implements AutoCloseable {
  private static final Duration FORMING = Duration.ofMinutes(1);
  private static final Duration GLANCE = Duration.ofMillis(10);
  private static final int SEEDS = 3;
  private static final double MAX_DRIFT = 0.1;

  private final SimulatedHost host;
  private final Simulation simulation;
  private final Function<Kringle, S> application;
  private final SplittableRandom random;
  private final List<Member<S>> members = new ArrayList<>();

  SimulatedRing(SimulatedHost host, Function<Kringle, S> application) {
    this.host = host;
    this.application = application;
    simulation = host.simulation();
    random = new SplittableRandom(~simulation.seed());
  }

  /** A ring to be; without {@link SimulatedRingBuilder#service} its nodes run nothing. */
  public static SimulatedRingBuilder<Kringle> builder() {
    return SimulatedRingBuilder.create();
  }

  void form(int nodes) {
    for (int i = 0; i < nodes; i++) {
      get(joined(add()), FORMING);
    }
    await(this::isWhole, FORMING);
  }

  // The nodes.

  /** How many nodes there are and were. */
  public int size() {
    return members.size();
  }

  /** Whether a node has neither crashed nor stopped. */
  public boolean isUp(int node) {
    return member(node).isUp();
  }

  /**
   * A node, as its own application sees it; in each life another object.
   *
   * @throws IllegalStateException if it is down
   */
  public Kringle node(int node) {
    return up(node).kringle();
  }

  /**
   * What runs on a node; in each life another object.
   *
   * @throws IllegalStateException if the node is down, or is not in its ring yet
   */
  public S service(int node) {
    CompletableFuture<S> service = up(node).service().toCompletableFuture();
    if (!service.isDone()) {
      throw new IllegalStateException("node " + node + " is not in its ring yet: " + this);
    }
    return service.join();
  }

  /** What runs on a node, once the node is in its ring; fails if it cannot get there. */
  public CompletionStage<S> joined(int node) {
    return member(node).service();
  }

  /** Starts another node, which joins the ring; its number. */
  public int add() {
    List<Endpoint> seeds = seeds();
    SimulatedDirectory directory = new SimulatedDirectory(Id.random(random), random.split());
    members.add(new Member<>(members.size(), directory, host, seeds, application));
    return members.size() - 1;
  }

  /** Ends a node as {@code kill -9} does: others notice. Its disk keeps what was written down. */
  public void crash(int node) {
    up(node).end("crashes", simulation::kill);
  }

  /** Ends a node, and everything that it had kept is gone. */
  public void crashAndLoseDisk(int node) {
    crash(node);
    member(node).directory().lose();
  }

  /** Ends a node as a power cut does: it falls silent. Its disk keeps what was written down. */
  public void vanish(int node) {
    up(node).end("vanishes", simulation::vanish);
  }

  /** Has a node leave in order; done when it is down. */
  public CompletionStage<Void> stop(int node) {
    return up(node).kringle().stop();
  }

  /**
   * Starts a node again with what its disk has kept; {@link #joined} tells when it is in its ring.
   *
   * @throws IllegalStateException if it is up
   */
  public void restart(int node) {
    Member<S> down = member(node);
    if (down.isUp()) {
      throw new IllegalStateException("node " + node + " is up: " + this);
    }
    down.restart(host, seeds(), application);
  }

  /**
   * Has a node handle nothing for a while, as a long garbage collection does; then it handles what
   * has waited, in order.
   */
  public void pause(int node, Duration lasts) {
    simulation.pause(up(node).id(), lasts);
  }

  /**
   * Has a node's clock and timers run faster, or slower.
   *
   * @param rate -0.1 to 0.1; 0.01 gains a hundredth. It stays over restarts, until 0 ends it.
   */
  public void drift(int node, double rate) {
    if (!(Math.abs(rate) <= MAX_DRIFT)) {
      throw new IllegalArgumentException("a clock drifts by up to " + MAX_DRIFT + ", not " + rate);
    }
    simulation.drift(member(node).id(), rate);
  }

  /** What a node's disk takes to write something down; 1 ms on a disk that is well. */
  public void slowDisk(int node, Duration time) {
    member(node).directory().records().delay(time);
  }

  /** Whether a node's disk is full, so that nothing more can be written down. */
  public void fullDisk(int node, boolean full) {
    member(node).directory().records().full(full);
  }

  // The network.

  /** Cuts the nodes with the lower half of the numbers off from those with the upper half. */
  public void cutInHalf() {
    int half = size() / 2;
    partition(
        IntStream.range(0, half).boxed().toList(), IntStream.range(half, size()).boxed().toList());
  }

  /** Cuts every link between the two sides, in both directions. */
  public void partition(Collection<Integer> oneSide, Collection<Integer> otherSide) {
    simulation.network().partition(ids(oneSide), ids(otherSide));
  }

  /** Cuts one direction of one link: nothing that {@code from} sends reaches {@code to}. */
  public void cut(int from, int to) {
    simulation.network().cut(member(from).id(), member(to).id());
  }

  /** Joins all that was cut. */
  public void heal() {
    simulation.network().heal();
  }

  /** Loses each message with this probability, 0 to 1. */
  public void lose(double probability) {
    simulation.network().lose(probability);
  }

  /** Delivers each message twice with this probability, 0 to 1. */
  public void duplicate(double probability) {
    simulation.network().duplicate(probability);
  }

  /** Lets each message be overtaken with this probability, 0 to 1. */
  public void reorder(double probability) {
    simulation.network().reorder(probability);
  }

  // Time.

  /** Lets time pass. */
  public void run(Duration duration) {
    advance(
        () -> {
          simulation.run(duration);
          return true;
        });
  }

  /**
   * Lets time pass until {@code condition} holds, which is looked at every 10 ms.
   *
   * @throws AssertionError if it does not within {@code limit}
   */
  public void await(BooleanSupplier condition, Duration limit) {
    long end = simulation.now() + limit.toNanos();
    while (!condition.getAsBoolean()) {
      if (simulation.now() >= end) {
        throw new AssertionError("it did not come true within " + limit + ": " + this);
      }
      run(GLANCE);
    }
  }

  /**
   * Lets time pass until a stage completes.
   *
   * @return its value
   * @throws KringleException if the stage fails with one
   * @throws CompletionException if it fails otherwise
   * @throws AssertionError if it does not complete within {@code limit}
   */
  public <T> T get(CompletionStage<T> stage, Duration limit) {
    CompletableFuture<T> future = stage.toCompletableFuture();
    if (!advance(() -> simulation.runUntil(future::isDone, limit))) {
      throw new AssertionError("no answer within " + limit + ": " + this);
    }
    try {
      return future.join();
    } catch (CompletionException failed) {
      throw failed.getCause() instanceof KringleException known
          ? new KringleException(known.kind(), known.getMessage() + ": " + this, known)
          : new CompletionException(failed.getMessage() + ": " + this, failed.getCause());
    }
  }

  /** What has passed since the beginning, the forming of the ring included. */
  public Duration now() {
    return Duration.ofNanos(simulation.now());
  }

  // Justification for the broad catch: whatever is thrown is thrown on, with the seed.
  @SuppressWarnings("IllegalCatch")
  private <T> T advance(Supplier<T> passing) {
    try {
      return passing.get();
    } catch (RuntimeException | Error thrown) {
      throw new AssertionError("a node or its service threw " + thrown + ": " + this, thrown);
    }
  }

  // Looking on.

  /** Whether all nodes that are up are in one ring, and each knows the two next to it. */
  public boolean isWhole() {
    return Circle.isWhole(members);
  }

  /**
   * What a node has sent and heard lately, over all its lives: one event a line, with the virtual
   * time, the oldest first.
   */
  public List<String> log(int node) {
    return member(node).log().lines();
  }

  /** What the run depends on. */
  public long seed() {
    return simulation.seed();
  }

  /** A digest of every message delivered so far, in order: equal for equal runs. */
  public long traceHash() {
    return simulation.traceHash();
  }

  /** Looks once more whether every layer of every node is as it must be between two steps. */
  @Override
  public void close() {
    advance(
        () -> {
          members.forEach(Member::checkInvariants);
          return true;
        });
  }

  /** The seed, and where the run is: for messages of assertions. */
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "seed %d, %d of %d nodes up, after %.3f s",
        seed(),
        simulation.live().size(),
        size(),
        simulation.now() / 1e9);
  }

  private List<Endpoint> seeds() {
    return members.stream().filter(Member::isActive).limit(SEEDS).map(Member::endpoint).toList();
  }

  private Collection<Id> ids(Collection<Integer> nodes) {
    return nodes.stream().map(node -> member(node).id()).toList();
  }

  private Member<S> member(int node) {
    return members.get(node);
  }

  private Member<S> up(int node) {
    Member<S> member = member(node);
    if (!member.isUp()) {
      throw new IllegalStateException("node " + node + " is down: " + this);
    }
    return member;
  }
}
