package io.kringle.node.sim;

import io.kringle.node.Schemas;
import io.kringle.ring.wire.KryoCodec;
import java.util.function.LongConsumer;

/**
 * Random publishers, subscribers and anycasts in small rings under random faults, one ring for each
 * seed: {@link TopicsRun} says what is done and what has to hold.
 */
public final class ExploreTopics {
  private final TopicsPlan plan;

  /** An exploration that has not begun. */
  public ExploreTopics(TopicsPlan plan) {
    this.plan = plan;
  }

  /**
   * Runs all seeds; returns when the last is over.
   *
   * @param progress is told, by several threads, how many are over
   */
  public TopicsReport run(LongConsumer progress) {
    return new TopicsReport(SeedRuns.run(plan.seeds(), this::outcomeOf, progress));
  }

  /** A story is worth its memory where something went wrong, and where it is the only one. */
  private TopicsOutcome outcomeOf(long seed) {
    TopicsOutcome outcome =
        new TopicsRun(seed, plan, new KryoCodec(Schemas.all()), WorldFilter.NONE).run();
    boolean worthTelling = outcome.wrong().isPresent() || plan.seeds().count() == 1;
    return worthTelling ? outcome : outcome.withoutStory();
  }
}
