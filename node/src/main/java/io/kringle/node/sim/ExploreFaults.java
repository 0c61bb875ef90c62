package io.kringle.node.sim;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Does to a ring, at random moments, whatever the world may do to it; how often is drawn once for
 * each exploration, so that some are calm and some wild. When the time is over all of it stops.
 */
final class ExploreFaults {
  private static final Duration BUSIEST = Duration.ofMillis(1_500);
  private static final Duration CALMEST = Duration.ofSeconds(30);
  private static final Duration BETWEEN_LOOKUPS = Duration.ofSeconds(1);

  /** How likely something else happens at the same moment. */
  private static final double AT_ONCE = 0.15;

  private final ExploreStage stage;
  private final ExploreRing ring;
  private final ExploreDice dice;
  private final List<Runnable> kinds = new ArrayList<>();
  private final ExploreLinkFaults links;
  private final Duration mean;
  private long end;

  ExploreFaults(ExploreStage stage, ExploreRing ring) {
    this.stage = stage;
    this.ring = ring;
    this.dice = stage.dice();
    this.links = new ExploreLinkFaults(stage, ring);
    this.mean = dice.between(BUSIEST, CALMEST);
    ExploreNodeFaults nodes = new ExploreNodeFaults(stage, ring, this::left);
    kinds.addAll(nodes.kinds());
    kinds.addAll(links.kinds());
  }

  /** Lets faults happen for this long, and then undoes what can be undone. */
  void rage(Duration lasts) {
    end = stage.simulation().now() + lasts.toNanos();
    ring.faultsBegin();
    stage.story().tell("faults begin, one in " + mean.toMillis() + " ms on average");
    next();
    lookUp();
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
    if (gap.compareTo(left()) < 0) {
      stage
          .simulation()
          .at(
              gap,
              () -> {
                dice.pick(kinds).run();
                next();
              });
    }
  }

  /** Nodes go on using the ring, and so notice what is wrong with it in that way too. */
  private void lookUp() {
    if (BETWEEN_LOOKUPS.compareTo(left()) < 0) {
      stage
          .simulation()
          .at(
              BETWEEN_LOOKUPS,
              () -> {
                List<ExploreProcess> active = ring.awake();
                if (!active.isEmpty()) {
                  dice.pick(active).look(dice.id());
                }
                lookUp();
              });
    }
  }
}
