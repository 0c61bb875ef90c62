package io.kringle.node.sim;

import io.kringle.testkit.Simulation;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * One ring of nodes with all their layers that grows, is disturbed, and has to heal: what the
 * explorations of the store and of topics have in common.
 */
final class StackExploration {
  private static final Duration LONGEST_GROWTH = Duration.ofSeconds(60);

  /** As long as it may take to find out that a node is away, and more. */
  private static final Duration LASTING = Duration.ofSeconds(10);

  private final ExploreStage stage;
  private final Simulation simulation;
  private final ExploreRing<StackNode> ring;
  private final StoreReplicas replicas;
  private final Duration look;

  /**
   * A ring that has not begun.
   *
   * @param nodes how many there are in the beginning; in the end at most twice as many
   * @param look after which time it is looked again whether something has healed
   */
  StackExploration(ExploreStage stage, ExploredStack stack, int nodes, Duration look) {
    this.stage = stage;
    this.simulation = stage.simulation();
    this.look = look;
    ring = new ExploreRing<>(stage, stack, 2 * nodes);
    replicas = new StoreReplicas(ring, simulation.network());
  }

  ExploreRing<StackNode> ring() {
    return ring;
  }

  StoreReplicas replicas() {
    return replicas;
  }

  /**
   * What is wrong with a run; the story tells it, and how the replicas are then.
   *
   * <p>Justification of the broad catch: whatever a step of a node throws is a failure of this
   * seed, to be reported like the others.
   */
  Optional<String> verdict(Supplier<Optional<String>> run) {
    Optional<String> wrong;
    try {
      wrong = run.get();
    } catch (RuntimeException broken) {
      wrong = Optional.of("a step failed: " + Failures.describe(broken));
    }
    if (wrong.isPresent()) {
      replicas.describe().forEach(stage.story()::tell);
      stage.story().tell(wrong.get());
    }
    return wrong;
  }

  /** The nodes become a ring, without faults. */
  Optional<String> grow(int nodes) {
    ring.found();
    for (int i = 1; i < nodes; i++) {
      ring.add();
    }
    boolean all = simulation.runUntil(() -> ring.active().size() == nodes, LONGEST_GROWTH);
    return all ? within(LONGEST_GROWTH, this::unhealed) : Optional.of("the ring did not form");
  }

  /** Faults happen, until all of them have stopped. */
  void disturb(Set<FaultKind> faults, Duration lasts) {
    ExploreFaults<StackNode> all = new ExploreFaults<>(stage, ring, faults);
    StoreDiskFaults disks = new StoreDiskFaults(stage, ring);
    all.add(disks.kinds());
    all.add(new SuspensionFaults(stage, ring).kinds());
    all.rage(lasts, node -> {});
    disks.mend();
  }

  /** Why the nodes are not one ring with equal replicas; empty if they are. */
  Optional<String> unhealed() {
    return ring.disagreement().or(replicas::disagreement);
  }

  /**
   * Why the nodes are not one ring that lasts, with nobody asleep; empty once they are. For a while
   * they may agree although one of them is away, as the others are yet to find out.
   */
  Optional<String> unsettled(Duration limit) {
    long begun = simulation.now();
    long since = begun;
    Optional<String> wrong = Optional.empty();
    while (simulation.now() - since < LASTING.toNanos()
        && simulation.now() - begun < limit.toNanos()) {
      simulation.run(look);
      wrong = asleep().or(ring::disagreement);
      if (wrong.isPresent()) {
        since = simulation.now();
      }
    }
    return wrong.map(why -> "not one ring after %d s: %s".formatted(limit.toSeconds(), why));
  }

  private Optional<String> asleep() {
    return ring.up().stream()
        .filter(process -> !process.isAwake())
        .findFirst()
        .map(process -> process + " is asleep");
  }

  /** What is still wrong after this time; empty once it is not. */
  Optional<String> within(Duration limit, Supplier<Optional<String>> wrong) {
    long end = simulation.now() + limit.toNanos();
    Optional<String> still = wrong.get();
    while (still.isPresent() && simulation.now() < end) {
      simulation.run(look);
      still = wrong.get();
    }
    return still.map(why -> "not healed after %d s: %s".formatted(limit.toSeconds(), why));
  }
}
