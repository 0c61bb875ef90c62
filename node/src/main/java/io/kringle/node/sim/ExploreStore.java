package io.kringle.node.sim;

import io.kringle.node.Schemas;
import io.kringle.ring.wire.KryoCodec;
import io.kringle.testkit.history.Operation;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.LongConsumer;

/**
 * Random clients against the store of small rings under random faults, one ring for each seed:
 * {@link StoreRun} says what is done and what has to hold.
 */
public final class ExploreStore {
  private final StorePlan plan;
  private final BiConsumer<Long, List<Operation>> histories;

  /** An exploration that has not begun. */
  public ExploreStore(StorePlan plan) {
    this(plan, (seed, operations) -> {});
  }

  /**
   * An exploration that has not begun.
   *
   * @param histories is told, by several threads, of each seed what was asked and answered
   */
  public ExploreStore(StorePlan plan, BiConsumer<Long, List<Operation>> histories) {
    this.plan = plan;
    this.histories = histories;
  }

  /**
   * Runs all seeds; returns when the last is over.
   *
   * @param progress is told, by several threads, how many are over
   */
  public StoreReport run(LongConsumer progress) {
    return new StoreReport(SeedRuns.run(plan.seeds(), this::outcomeOf, progress));
  }

  /** A story is worth its memory where something went wrong, and where it is the only one. */
  private StoreOutcome outcomeOf(long seed) {
    StoreRun run = new StoreRun(seed, plan, new KryoCodec(Schemas.all()), WorldFilter.NONE);
    StoreOutcome outcome = run.run();
    histories.accept(seed, run.operations());
    boolean worthTelling = outcome.wrong().isPresent() || plan.seeds().count() == 1;
    return worthTelling ? outcome : outcome.withoutStory();
  }
}
