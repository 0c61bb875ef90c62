package io.kringle.node.sim;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Does to a ring, at random moments, whatever the world may do to it; how often is drawn once for
 * each exploration, so that some are calm and some wild. When the time is over all of it stops.
 *
 * @param <N> what runs in the processes
 */
final class ExploreFaults<N extends ExploredNode> {
  private static final Duration BUSIEST = Duration.ofMillis(1_500);
  private static final Duration CALMEST = Duration.ofSeconds(30);
  private static final Duration BETWEEN_USES = Duration.ofSeconds(1);

  /** How likely something else happens at the same moment. */
  private static final double AT_ONCE = 0.15;

  private final ExploreStage stage;
  private final ExploreRing<N> ring;
  private final ExploreDice dice;
  private final List<Fault> kinds = new ArrayList<>();
  private final ExploreLinkFaults links;
  private final Duration mean;
  private final Set<FaultKind> allowed;
  private long end;

  ExploreFaults(ExploreStage stage, ExploreRing<N> ring, Set<FaultKind> allowed) {
    this.stage = stage;
    this.ring = ring;
    this.dice = stage.dice();
    this.links = new ExploreLinkFaults(stage, ring);
    this.mean = dice.between(BUSIEST, CALMEST);
    ExploreNodeFaults<N> nodes =
        new ExploreNodeFaults<>(stage, ring, this::left, allowed.contains(FaultKind.DISK_LOSS));
    this.allowed = Set.copyOf(allowed);
    add(nodes.kinds());
    add(links.kinds());
  }

  /** Adds what only these layers suffer from, as far as it is allowed. */
  void add(List<Fault> more) {
    more.stream().filter(fault -> allowed.contains(fault.kind())).forEach(kinds::add);
  }

  /**
   * Lets faults happen for this long, and then undoes what can be undone.
   *
   * @param use what is done now and then with a node that is well: so nodes notice in that way too
   *     what is wrong with the ring
   */
  void rage(Duration lasts, Consumer<ExploreProcess<N>> use) {
    end = stage.simulation().now() + lasts.toNanos();
    ring.faultsBegin();
    stage.story().tell("faults begin, one in " + mean.toMillis() + " ms on average");
    next();
    use(use);
    stage.simulation().run(lasts);
    links.mend();
    ring.processes().forEach(process -> stage.simulation().drift(process.self().id(), 0));
    stage.story().tell("faults end");
    ring.faultsEnd();
  }

  private Duration left() {
    return Duration.ofNanos(Math.max(0, end - stage.simulation().now()));
  }

  private void next() {
    Duration gap = dice.chance(AT_ONCE) ? Duration.ZERO : dice.about(mean);
    if (!kinds.isEmpty() && gap.compareTo(left()) < 0) {
      stage
          .simulation()
          .at(
              gap,
              () -> {
                dice.pick(kinds).act().run();
                next();
              });
    }
  }

  private void use(Consumer<ExploreProcess<N>> use) {
    if (BETWEEN_USES.compareTo(left()) < 0) {
      stage
          .simulation()
          .at(
              BETWEEN_USES,
              () -> {
                List<ExploreProcess<N>> awake = ring.awake();
                if (!awake.isEmpty()) {
                  use.accept(dice.pick(awake));
                }
                use(use);
              });
    }
  }
}
