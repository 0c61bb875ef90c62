package io.kringle.node;

import io.kringle.replication.ArcStorage;
import io.kringle.ring.Codec;
import io.kringle.ring.Endpoint;
import io.kringle.ring.Id;
import io.kringle.ring.Peer;
import io.kringle.ring.Result;
import io.kringle.ring.RingView;
import io.kringle.ring.World;
import io.kringle.testkit.SimulatedNode;
import io.kringle.testkit.Simulation;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * One life of a node of the Java API in a simulation, from its start to its crash or stop. When it
 * has crashed, its stages and callbacks are silent for ever, as those of a killed process are.
 */
public final class SimulatedLife {
  private final Simulation simulation;
  private final NodeConfig config;
  private final SimulatedDirectory directory;
  private final List<Endpoint> seeds;
  private final SimulatedNode node;
  private final Parts parts;
  private final Kringle kringle;
  private final CompletionStage<Kringle> entered;

  /** What a node consists of below the Java API. */
  private record Parts(World world, ArcStorage records, NodeStack stack) {}

  SimulatedLife(
      Simulation simulation,
      Codec codec,
      NodeConfig config,
      Endpoint at,
      SimulatedDirectory directory,
      List<Endpoint> seeds,
      NodeLog log) {
    this.simulation = simulation;
    this.config = config;
    this.directory = directory;
    this.seeds = List.copyOf(seeds);
    Identity identity = directory.identity();
    Peer self = new Peer(identity.id(), at, identity.incarnation());
    CompletableFuture<Parts> assembled = new CompletableFuture<>();
    node =
        simulation.start(
            self,
            bare -> {
              World world = log.watching(bare);
              ArcStorage records = directory.records().open(world);
              NodeStack stack =
                  new NodeStack(
                      world, codec, self, StackConfig.of(config), records, directory.peers());
              assembled.complete(new Parts(world, records, stack));
              return log.watching(stack);
            });
    parts = assembled.join();
    kringle = new Kringle(config.maxCalls(), new SimulatedPlatform(this));
    entered = kringle.begin();
  }

  /** Whether it has neither crashed nor stopped. */
  public boolean isUp() {
    return node.isUp();
  }

  /** The node as its application sees it. */
  public Kringle kringle() {
    return kringle;
  }

  /** Done when the node is in its ring and serves. */
  public CompletionStage<Kringle> entered() {
    return entered;
  }

  /** The ring as the node sees it. */
  public RingView ring() {
    return parts.stack().ring();
  }

  /**
   * Looks whether every layer of the node is as it must be between two steps.
   *
   * @throws IllegalStateException naming what is not
   */
  public void checkInvariants() {
    parts.stack().checkInvariants();
  }

  World world() {
    return parts.world();
  }

  NodeConfig config() {
    return config;
  }

  /** Has a step of the node run, at this time of its clock. */
  void inStep(Step step) {
    parts.world().after(Duration.ZERO, () -> step.run(parts.stack()));
  }

  /** Goes into a ring: the one that the directory knows, else the seeds', else a new one. */
  void enter(Consumer<Result<Id>> done) {
    Optional<Id> known = directory.identity().ringId();
    if (known.isPresent()) {
      parts.stack().resume(known.get(), seeds, done);
    } else if (seeds.isEmpty()) {
      parts.stack().create(Id.random(parts.world().random()), seeds, done);
    } else {
      parts.stack().join(seeds, done);
    }
  }

  /** Notes the ring that it is in. */
  void entered(Id ring) {
    directory.joinedRing(ring);
  }

  /** Ends it; not its application, which hears of it. */
  void end() {
    parts.records().close();
    simulation.kill(node.peer().id());
  }
}
