package io.kringle.node.sim;

import io.kringle.testkit.Latencies;
import io.kringle.testkit.Simulation;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;
import java.util.function.Supplier;

/**
 * How long a ring takes to be whole again after one big fault, on its ring and routing layers
 * alone, in one thread and in virtual time: nodes join one after the other and get to know each
 * other, and then it happens. What is to hold is the mark: {@link #MARK} after a crash every lookup
 * arrives where it should; as long after a cut is healed there is one ring; and of a crowd nobody
 * is refused. In any case there is one ring within {@link #LONGEST}.
 *
 * <p>To be called in the order {@link #form}, {@link #repair}.
 */
public final class RepairSimulation {
  /** How long a repair may take. */
  static final Duration MARK = Duration.ofSeconds(60);

  /** How long a repair is waited for. */
  static final Duration LONGEST = Duration.ofMinutes(10);

  private static final Duration BETWEEN_JOINS = Duration.ofMillis(20);
  private static final Duration LONGEST_FORMING = Duration.ofMinutes(3);
  private static final Duration SETTLING = Duration.ofMinutes(3);
  private static final Duration CUT = Duration.ofMinutes(10);
  private static final Duration BETWEEN_LOOKUPS = Duration.ofMillis(10);
  private static final int LOOKUPS = 12_000;

  private final RepairPlan plan;
  private final RepairRing ring;
  private final Simulation simulation;

  /**
   * A simulation in which nothing has happened yet.
   *
   * @throws IOException if the latencies cannot be read, naming the file and the line
   */
  public RepairSimulation(RepairPlan plan) throws IOException {
    this(plan, WorldFilter.NONE);
  }

  RepairSimulation(RepairPlan plan, WorldFilter filter) throws IOException {
    this.plan = plan;
    Latencies latencies =
        plan.latencies().isPresent()
            ? Latencies.matrix(plan.latencies().get())
            : Latencies.euclid(plan.seed());
    ring = new RepairRing(plan.seed(), latencies, filter);
    simulation = ring.simulation();
  }

  /**
   * Lets the nodes join, and get to know each other.
   *
   * @param progress is told how many are active
   * @throws IllegalStateException if one does not get in
   */
  public void form(LongConsumer progress) {
    for (int i = 0; i < plan.nodes(); i++) {
      ring.start();
      simulation.run(BETWEEN_JOINS);
      progress.accept(ring.size());
    }
    if (!simulation.runUntil(() -> ring.size() == plan.nodes(), LONGEST_FORMING)) {
      throw new IllegalStateException(
          plan.nodes() - ring.size() + " nodes did not get into the ring");
    }
    simulation.run(SETTLING);
    progress.accept(ring.size());
  }

  /**
   * Has the fault happen and waits until the ring is whole again, or for ten minutes.
   *
   * @param progress is told how many virtual seconds have passed since it began, or was undone
   */
  public RepairReport repair(LongConsumer progress) {
    ring.faultBegins();
    return switch (plan.fault()) {
      case CRASH -> crash(progress);
      case SPLIT -> split(progress);
      case CROWD -> crowd(progress);
    };
  }

  private RepairReport crash(LongConsumer progress) {
    ring.vanish(ring.half());
    look(LOOKUPS);
    RepairWatch watch = watch(ring::disagreement, progress);
    watch.watch(BETWEEN_LOOKUPS.multipliedBy(LOOKUPS).plus(LookupLog.LONGEST), LONGEST);
    RepairFigures.Crash figures = ring.lookups().figures();
    Optional<String> wrong = ring.lookups().lastWrongStory();
    return report(figures, watch, wrong.filter(story -> isTooLate(figures.correctAfter())));
  }

  private void look(int count) {
    ring.look();
    if (count > 1) {
      simulation.at(BETWEEN_LOOKUPS, () -> look(count - 1));
    }
  }

  private RepairReport split(LongConsumer progress) {
    List<OverlayNode> half = ring.half();
    List<OverlayNode> others = ring.othersThan(half);
    ring.cut(half, others);
    RepairWatch apart =
        watch(
            () -> RepairRing.disagreement(half).or(() -> RepairRing.disagreement(others)),
            progress);
    apart.watch(CUT, CUT);
    simulation.network().heal();
    RepairWatch together = watch(ring::disagreement, progress);
    together.watch(Duration.ZERO, LONGEST);
    Optional<String> late =
        together
            .agreedAfter()
            .filter(RepairSimulation::isTooLate)
            .map(after -> "not yet one ring shortly before: " + together.lastDisagreement());
    return report(new RepairFigures.Split(apart.agreedAfter()), together, late);
  }

  private RepairReport crowd(LongConsumer progress) {
    for (int i = 0; i < plan.crowd(); i++) {
      ring.start();
    }
    RepairWatch watch = watch(ring::disagreement, progress);
    watch.watch(Duration.ZERO, LONGEST);
    List<String> refusals = ring.refusals();
    return report(
        new RepairFigures.Crowd(plan.crowd(), refusals.size(), ring.joinMillis()),
        watch,
        refusals.stream().findFirst().map(first -> "refused: " + first));
  }

  private RepairWatch watch(Supplier<Optional<String>> disagreement, LongConsumer progress) {
    return new RepairWatch(simulation, disagreement, progress);
  }

  private static boolean isTooLate(Duration after) {
    return after.compareTo(MARK) > 0;
  }

  private RepairReport report(RepairFigures figures, RepairWatch watch, Optional<String> late) {
    Optional<String> never =
        watch.agreedAfter().isPresent()
            ? Optional.empty()
            : Optional.of(
                "no one ring within " + LONGEST.toSeconds() + " s: " + watch.lastDisagreement());
    return new RepairReport(
        plan,
        figures,
        watch.agreedAfter(),
        never.or(() -> late),
        simulation.messages(),
        simulation.now() / 1e9,
        simulation.traceHash());
  }
}
