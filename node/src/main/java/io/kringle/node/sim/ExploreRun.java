package io.kringle.node.sim;

import io.kringle.ring.Codec;
import io.kringle.ring.Id;
import io.kringle.testkit.Simulation;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * One seed: a ring forms, faults rage, and when they have stopped it has to become one ring that
 * finds every key. {@link ExploreRing} says what the faults leave alone.
 *
 * <ol>
 *   <li>Growth, without faults: nodes join, all at one moment or spread over a while. None is
 *       refused, and each is the only owner of its arc from the moment on in which it is active.
 *   <li>Faults: {@link ExploreNodeFaults} and {@link ExploreLinkFaults}.
 *   <li>Agreement: within {@link #LONGEST_AGREEMENT} all leaf sets are exact, the arcs cover the
 *       circle once, and it stays so for {@link #LASTING}.
 *   <li>Lookups: each arrives at the owner of its key and nowhere else, and the ring stays as it
 *       is.
 * </ol>
 */
final class ExploreRun {
  /** How long the ring has to become one when all is well again. */
  static final Duration LONGEST_AGREEMENT = Duration.ofMinutes(2);

  /** How long a ring has to be one to be taken for one. */
  private static final Duration LASTING = Duration.ofSeconds(10);

  private static final Duration LONGEST_GROWTH = Duration.ofSeconds(60);
  private static final Duration SLOWEST_GROWTH = Duration.ofSeconds(20);
  private static final Duration LONGEST_REST = Duration.ofSeconds(10);
  private static final Duration LOOK = Duration.ofMillis(250);
  private static final int LOOKUPS = 20;
  private static final Duration BETWEEN_LOOKUPS = Duration.ofMillis(500);
  private static final Duration LONGEST_LOOKUP = Duration.ofSeconds(30);

  private final ExploreStage stage;
  private final Simulation simulation;
  private final ExploreDice dice;
  private final ExploreLookups lookups = new ExploreLookups();
  private final ExploredOverlay overlay;
  private final ExploreRing<OverlayNode> ring;
  private final int nodes;
  private final Duration faults;
  private Duration agreement = Duration.ZERO;

  /**
   * A run that has not begun.
   *
   * @param nodes to start with; drawn if empty
   * @param codec of all messages
   * @param filter what stands between the nodes and the world
   */
  ExploreRun(long seed, OptionalInt nodes, Duration faults, Codec codec, WorldFilter filter) {
    dice = new ExploreDice(seed);
    this.nodes =
        nodes.orElseGet(() -> dice.between(ExplorePlan.FEWEST_NODES, ExplorePlan.MOST_NODES));
    this.faults = faults;

    simulation = new Simulation(seed, message -> codec.decode(codec.encode(message)));
    stage = new ExploreStage(simulation, dice, filter, new ExploreStory(simulation));
    overlay = new ExploredOverlay(codec, dice, lookups);
    ring = new ExploreRing<>(stage, overlay, Math.max(2 * this.nodes, ExplorePlan.MOST_NODES));
  }

  /** The simulation, to be watched. */
  Simulation simulation() {
    return simulation;
  }

  /**
   * Runs it to its end.
   *
   * <p>Justification of the broad catch: whatever a step of a node throws is a failure of this
   * seed, to be reported like the others.
   */
  ExploreOutcome run() {
    Optional<String> wrong;
    try {
      wrong = grow().or(this::rage).or(this::agree).or(this::lookUp);
    } catch (RuntimeException broken) {
      wrong = Optional.of("a step failed: " + Failures.describe(broken));
    }
    wrong.ifPresent(stage.story()::tell);
    return new ExploreOutcome(
        simulation.seed(),
        nodes,
        wrong,
        agreement,
        simulation.messages(),
        Duration.ofNanos(simulation.now()),
        simulation.traceHash(),
        stage.story().lines());
  }

  private Optional<String> grow() {
    Duration within =
        dice.chance(0.3) ? Duration.ZERO : dice.between(Duration.ofMillis(10), SLOWEST_GROWTH);
    ring.found();
    for (int i = 1; i < nodes; i++) {
      simulation.at(within.multipliedBy(i).dividedBy(nodes), ring::add);
    }
    simulation.run(within);
    boolean all = simulation.runUntil(() -> ring.active().size() == nodes, LONGEST_GROWTH);
    return all && ring.failedJoins() == 0
        ? Optional.empty()
        : Optional.of("before any fault: " + ring.disagreement().orElse("a node was refused"));
  }

  private Optional<String> rage() {
    simulation.run(dice.between(Duration.ofMillis(1), LONGEST_REST));
    new ExploreFaults<>(stage, ring, EnumSet.allOf(FaultKind.class))
        .rage(faults, node -> overlay.look(node, dice.id()));
    return Optional.empty();
  }

  /**
   * One ring is one that lasts: at the moment when a cut heals, nodes may agree because what the
   * cut has done to them is yet to come.
   */
  private Optional<String> agree() {
    long begun = simulation.now();
    Duration waited = Duration.ZERO;
    Optional<String> disagreement = ring.disagreement();
    while (waited.minus(agreement).compareTo(LASTING) < 0
        && agreement.compareTo(LONGEST_AGREEMENT) < 0) {
      simulation.run(LOOK);
      waited = Duration.ofNanos(simulation.now() - begun);
      disagreement = ring.disagreement();
      if (disagreement.isPresent()) {
        agreement = waited;
      }
    }
    stage.story().tell("one ring " + (disagreement.isPresent() ? "no" : "yes"));
    return disagreement.map(
        why -> "no one ring %d s after the faults: %s".formatted(agreement.toSeconds(), why));
  }

  private Optional<String> lookUp() {
    int first = lookups.begun();
    for (int i = 0; i < LOOKUPS; i++) {
      overlay.look(dice.pick(ring.active()), key());
      simulation.run(BETWEEN_LOOKUPS);
    }
    simulation.runUntil(() -> lookups.haveArrived(first), LONGEST_LOOKUP);
    simulation.run(BETWEEN_LOOKUPS);
    return ring.disagreement()
        .map(why -> "one ring, and then no more: " + why)
        .or(() -> lookups.firstWrong(first, ring.peers()));
  }

  /** Any key, or one beside the border of two arcs. */
  private Id key() {
    List<ExploreProcess<OverlayNode>> circle = ring.upInOrder();
    int at = dice.between(0, circle.size() - 1);
    Id left = circle.get(at).self().id();
    Id right = circle.get((at + 1) % circle.size()).self().id();
    Id middle = left.plus(right.minus(left).half());
    return dice.chance(0.5) ? dice.id() : dice.chance(0.5) ? middle : middle.next();
  }
}
