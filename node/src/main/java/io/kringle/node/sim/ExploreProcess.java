package io.kringle.node.sim;

import io.kringle.ring.Endpoint;
import io.kringle.ring.Id;
import io.kringle.ring.Inbound;
import io.kringle.ring.Message;
import io.kringle.ring.Peer;
import io.kringle.ring.RememberedPeers;
import io.kringle.ring.Result;
import io.kringle.ring.World;
import io.kringle.store.engine.SimulatedDisk;
import io.kringle.testkit.CheckedWorld;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/**
 * One process of an explored ring as somebody operates it: it has an address for good, a disk that
 * outlives it, and a supervisor that starts it anew when it could not get into the ring and has
 * ended itself, as a real node does.
 *
 * <p>On the disk are the id, the incarnation, the ring once it was joined, and the remembered
 * peers, and the records. Where those are kept in memory only, each life has a new incarnation.
 *
 * @param <N> what runs in it
 */
final class ExploreProcess<N extends ExploredNode> {
  private static final Duration SOONEST_RESTART = Duration.ofSeconds(1);
  private static final Duration LATEST_RESTART = Duration.ofSeconds(5);

  private static final int MOST_STEPS_AT_ONCE = 100_000;

  private final ExploreStage stage;
  private final Explored<N> explored;
  private final int number;
  private final Endpoint endpoint;
  private final boolean keepsRecords;
  private final List<Endpoint> seeds;
  private final SimulatedDisk disk = new SimulatedDisk();

  /** What a crash leaves of the last writes. */
  private final SplittableRandom chance;

  private final Consumer<ExploreProcess<N>> joined;
  private Peer self;
  private Optional<Id> ringOnDisk = Optional.empty();
  private RememberedPeers remembered = new RememberedPeers();
  private Optional<Life> life = Optional.empty();
  private boolean isTrying;
  private boolean isLeaving;
  private int failedJoins;

  /** The end of its latest pause. */
  private long awakeFrom;

  /**
   * A process that was never started.
   *
   * @param number of this process, from 0 on
   * @param seeds what it is configured with
   * @param joined told of it each time it has got into the ring
   */
  ExploreProcess(
      ExploreStage stage,
      Explored<N> explored,
      int number,
      List<Endpoint> seeds,
      Consumer<ExploreProcess<N>> joined) {
    this.stage = stage;
    this.explored = explored;
    this.number = number;
    this.endpoint = endpoint(number);
    this.seeds = List.copyOf(seeds);
    this.joined = joined;
    this.keepsRecords = explored.keepsRecords();
    this.self = new Peer(stage.dice().id(), endpoint, stage.dice().word());
    this.chance = new SplittableRandom(self.incarnation());
  }

  /** Where the process of this number listens. */
  static Endpoint endpoint(int number) {
    return new Endpoint("node-" + number, 7400);
  }

  // ---- its lives

  /** Starts the process, which makes the ring. */
  void create(Id ringId) {
    begin(node -> node.create(ringId));
    ringOnDisk = Optional.of(ringId);
    isTrying = false;
  }

  /** Starts the process with what is on its disk. */
  void start() {
    if (!keepsRecords) {
      self = new Peer(self.id(), endpoint, stage.dice().word());
    }
    remembered = new RememberedPeers(remembered.snapshot());
    stage.story().tell(this + (ringOnDisk.isPresent() ? " returns" : " starts"));
    begin(node -> enter(node, result -> entered(node, result)));
  }

  private void enter(N node, Consumer<Result<Id>> done) {
    if (ringOnDisk.isPresent()) {
      node.resume(ringOnDisk.get(), seeds, done);
    } else {
      node.join(seeds, done);
    }
  }

  private void begin(Consumer<N> enter) {
    isTrying = true;
    isLeaving = false;
    stage
        .simulation()
        .start(
            self,
            world -> {
              Life begun = new Life(world);
              awakeFrom = -1;
              life = Optional.of(begun);
              enter.accept(begun.node);
              return begun;
            });
  }

  private void entered(N node, Result<Id> result) {
    if (node().filter(node::equals).isEmpty()) {
      return;
    }
    if (result instanceof Result.Ok<Id> ok) {
      ringOnDisk = Optional.of(ok.value());
      isTrying = false;
      stage.story().tell(this + " is active");
      joined.accept(this);
    } else if (isTrying && result instanceof Result.Failed<Id> failed) {
      failedJoins++;
      stage.story().tell(this + " gives up: " + failed.failure());
      later(Duration.ZERO, node, this::end);
      Duration pause = stage.dice().between(SOONEST_RESTART, LATEST_RESTART);
      stage.simulation().at(pause, this::startIfWanted);
    }
  }

  /** Starts it if it is neither up nor about to be started anyway. */
  void startIfDown() {
    if (!isUp() && !isTrying) {
      start();
    }
  }

  /** The supervisor's turn, unless the machine went down meanwhile. */
  private void startIfWanted() {
    if (isTrying && !isUp()) {
      start();
    }
  }

  private void later(Duration delay, N ofLife, Runnable task) {
    stage
        .simulation()
        .at(
            delay,
            () -> {
              if (node().filter(ofLife::equals).isPresent()) {
                task.run();
              }
            });
  }

  private void end() {
    stage.simulation().kill(self.id());
    lifeEnded();
  }

  private void lifeEnded() {
    life = Optional.empty();
    disk.crash(chance);
  }

  // ---- what is done to it

  /** The process ends at once, and its connections are reset. */
  void kill() {
    if (isUp()) {
      end();
    }
    isTrying = false;
  }

  /** Its machine goes, and nobody is told. */
  void vanish() {
    if (isUp()) {
      stage.simulation().vanish(self.id());
      lifeEnded();
    }
    isTrying = false;
  }

  /**
   * Nothing is left on the disk of a process that is down.
   *
   * @param keepsId whether it comes back under the id that it was configured with, if without a
   *     memory; or as a stranger at the same address
   */
  void loseDisk(boolean keepsId) {
    disk.lose();
    Id id = keepsId ? self.id() : stage.dice().id();
    self = new Peer(id, endpoint, stage.dice().word());
    ringOnDisk = Optional.empty();
    remembered = new RememberedPeers();
  }

  /** It does nothing for a while, as during a long collection of garbage. */
  void pause(Duration lasts) {
    if (isUp()) {
      stage.simulation().pause(self.id(), lasts);
      awakeFrom = Math.max(awakeFrom, stage.simulation().now() + lasts.toNanos());
    }
  }

  /** Ends in order. */
  void leave() {
    isTrying = false;
    isLeaving = isUp();
    node().ifPresent(node -> node.leave(() -> later(Duration.ZERO, node, this::end)));
  }

  // ---- what it is

  boolean isUp() {
    return life.isPresent();
  }

  /** Whether it should be in the ring, or on its way, and is not yet. */
  boolean isTrying() {
    return isTrying;
  }

  /** The node that runs in it; empty while it is down. */
  Optional<N> node() {
    return life.map(present -> present.node);
  }

  /** Its disk, to be made slow or full. */
  SimulatedDisk disk() {
    return disk;
  }

  /** Whether it is up and can be asked for something now. */
  boolean isAwake() {
    return isUp() && stage.simulation().now() > awakeFrom;
  }

  /** Whether it is up, and on its way out. */
  boolean isLeaving() {
    return isUp() && isLeaving;
  }

  boolean isActive() {
    return node().filter(node -> node.ring().isActive()).isPresent();
  }

  boolean knowsItsRing() {
    return ringOnDisk.isPresent();
  }

  Peer self() {
    return self;
  }

  int number() {
    return number;
  }

  /** How often it was not let in so far. */
  int failedJoins() {
    return failedJoins;
  }

  @Override
  public String toString() {
    return "node " + number + " (" + self.id().brief() + ")";
  }

  /** The stack, with its invariants checked after each step. */
  private final class Life implements Inbound {
    private final N node;
    private long checkedAt;
    private int stepsNow;

    Life(World world) {
      World checked = new CheckedWorld(world, this::check);
      Peer present = self;
      node =
          explored.assemble(
              stage.filter().around(present, checked, () -> this), present, remembered, disk);
    }

    private void check() {
      node.checkInvariants();
      long now = stage.simulation().now();
      stepsNow = now == checkedAt ? stepsNow + 1 : 1;
      checkedAt = now;
      if (stepsNow > MOST_STEPS_AT_ONCE) {
        throw new IllegalStateException(self + " does one thing after the other in no time");
      }
    }

    @Override
    public void received(Peer from, Message message) {
      node.received(from, message);
      check();
    }

    @Override
    public void unreachable(Peer peer, String reason) {
      node.unreachable(peer, reason);
      check();
    }

    @Override
    public void contactFailed(Endpoint door, String reason) {
      node.contactFailed(door, reason);
      check();
    }
  }
}
