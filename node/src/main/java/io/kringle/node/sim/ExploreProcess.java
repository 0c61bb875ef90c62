package io.kringle.node.sim;

import io.kringle.ring.Endpoint;
import io.kringle.ring.Id;
import io.kringle.ring.Inbound;
import io.kringle.ring.Message;
import io.kringle.ring.Peer;
import io.kringle.ring.RememberedPeers;
import io.kringle.ring.Result;
import io.kringle.ring.World;
import io.kringle.testkit.CheckedWorld;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * One process of an explored ring as somebody operates it: it has an address for good, a disk that
 * outlives it, and a supervisor that starts it anew when it could not get into the ring and has
 * ended itself, as a real node does.
 *
 * <p>On the disk are the id, the incarnation, the ring once it was joined, and the remembered
 * peers. Every other process keeps its records in memory only, and so has a new incarnation in each
 * life.
 */
final class ExploreProcess {
  private static final Duration SOONEST_RESTART = Duration.ofSeconds(1);
  private static final Duration LATEST_RESTART = Duration.ofSeconds(5);

  private static final int MOST_STEPS_AT_ONCE = 100_000;

  private final ExploreStage stage;
  private final int number;
  private final Endpoint endpoint;
  private final boolean remembersRecords;
  private final List<Endpoint> seeds;
  private final Consumer<ExploreProcess> joined;
  private Peer self;
  private Optional<Id> ringOnDisk = Optional.empty();
  private RememberedPeers remembered = new RememberedPeers();
  private Optional<Life> life = Optional.empty();
  private boolean isTrying;
  private int failedJoins;

  /** The end of its latest pause. */
  private long awakeFrom;

  /** What a crash leaves of the disk. */
  enum Disk {
    KEPT("kept"),
    /** The process comes back without a memory, under the id that it was configured with. */
    LOST("lost"),
    /** It comes back as a stranger at the same address. */
    LOST_WITH_ID("lost, and its id with it");

    private final String words;

    Disk(String words) {
      this.words = words;
    }

    String words() {
      return words;
    }
  }

  /**
   * A process that was never started.
   *
   * @param number of this process, from 0 on
   * @param seeds what it is configured with
   * @param joined told of it each time it has got into the ring
   */
  ExploreProcess(
      ExploreStage stage, int number, List<Endpoint> seeds, Consumer<ExploreProcess> joined) {
    this.stage = stage;
    this.number = number;
    this.endpoint = endpoint(number);
    this.seeds = List.copyOf(seeds);
    this.joined = joined;
    this.remembersRecords = stage.dice().chance(0.5);
    this.self = new Peer(stage.dice().id(), endpoint, stage.dice().word());
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
    if (!remembersRecords) {
      self = new Peer(self.id(), endpoint, stage.dice().word());
    }
    remembered = new RememberedPeers(remembered.snapshot());
    stage.story().tell(this + (ringOnDisk.isPresent() ? " returns" : " starts"));
    begin(node -> enter(node, result -> entered(node, result)));
  }

  private void enter(OverlayNode node, Consumer<Result<Id>> done) {
    if (ringOnDisk.isPresent()) {
      node.resume(ringOnDisk.get(), seeds, done);
    } else {
      node.join(seeds, done);
    }
  }

  private void begin(Consumer<OverlayNode> enter) {
    isTrying = true;
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

  private void entered(OverlayNode node, Result<Id> result) {
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

  private void later(Duration delay, OverlayNode ofLife, Runnable task) {
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
    life = Optional.empty();
  }

  // ---- what is done to it

  /** The process ends at once, and its connections are reset. */
  void kill(Disk disk) {
    if (isUp()) {
      end();
    }
    down(disk);
  }

  /** Its machine goes, and nobody is told. */
  void vanish(Disk disk) {
    if (isUp()) {
      stage.simulation().vanish(self.id());
      life = Optional.empty();
    }
    down(disk);
  }

  private void down(Disk disk) {
    isTrying = false;
    if (disk != Disk.KEPT) {
      Id id = disk == Disk.LOST ? self.id() : stage.dice().id();
      self = new Peer(id, endpoint, stage.dice().word());
      ringOnDisk = Optional.empty();
      remembered = new RememberedPeers();
    }
  }

  /** It does nothing for a while, as during a long collection of garbage. */
  void pause(Duration lasts) {
    if (isUp()) {
      stage.simulation().pause(self.id(), lasts);
      awakeFrom = Math.max(awakeFrom, stage.simulation().now() + lasts.toNanos());
    }
  }

  /** Has it look for the owner of a key; it must be active. */
  void look(Id key) {
    stage.lookups().look(node().orElseThrow(), key);
  }

  /** Ends in order. */
  void leave() {
    isTrying = false;
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
  Optional<OverlayNode> node() {
    return life.map(present -> present.node);
  }

  /** Whether it is up and can be asked for something now. */
  boolean isAwake() {
    return isUp() && stage.simulation().now() > awakeFrom;
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
    private final OverlayNode node;
    private long checkedAt;
    private int stepsNow;

    Life(World world) {
      World checked = new CheckedWorld(world, this::check);
      Peer present = self;
      node =
          new OverlayNode(
              stage.filter().around(present, checked, () -> this),
              stage.codec(),
              present,
              remembered,
              (delivery, lookup, responder) -> stage.lookups().arrived(present, lookup));
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
