package io.kringle.node.sim;

import io.kringle.ring.Codec;
import io.kringle.ring.RingMessages;
import io.kringle.ring.Schema;
import io.kringle.ring.wire.KryoCodec;
import io.kringle.ring.wire.WireMessages;
import io.kringle.routing.RoutingMessages;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/**
 * Random faults of every kind on small rings, one ring for each seed: {@link ExploreRun} says what
 * is done and what has to hold. Seeds have nothing in common, so they run side by side, and what
 * comes of each depends on nothing but itself and the plan.
 */
public final class Explore {
  private final ExplorePlan plan;
  private Optional<String> tracedNode = Optional.empty();
  private Consumer<String> trace = line -> {};

  /** An exploration that has not begun. */
  public Explore(ExplorePlan plan) {
    this.plan = plan;
  }

  /**
   * Tells of every message from or to a node, by the host of its address, up to {@value
   * MessageTrace#MOST_LINES} for each seed.
   */
  public void traceNode(String host, Consumer<String> lines) {
    tracedNode = Optional.of(host);
    trace = lines;
  }

  /**
   * Runs all seeds; returns when the last is over.
   *
   * @param progress is told, by several threads, how many are over
   */
  public ExploreReport run(LongConsumer progress) {
    return new ExploreReport(
        SeedRuns.run(plan.firstSeed(), plan.seeds(), plan.threads(), this::outcomeOf, progress));
  }

  /** A story is worth its memory where something went wrong, and where it is the only one. */
  private ExploreOutcome outcomeOf(long seed) {
    ExploreOutcome outcome = newRun(seed).run();
    boolean worthTelling = outcome.wrong().isPresent() || plan.seeds() == 1;
    return worthTelling ? outcome : outcome.withoutStory();
  }

  private ExploreRun newRun(long seed) {
    Codec codec = new KryoCodec(schema());
    ExploreRun run = new ExploreRun(seed, plan.nodes(), plan.faults(), codec, WorldFilter.NONE);
    if (tracedNode.isPresent()) {
      run.simulation().watch(new MessageTrace(codec, OptionalInt.empty(), tracedNode, trace));
    }
    return run;
  }

  static Schema schema() {
    Schema schema = new Schema();
    WireMessages.register(schema);
    RingMessages.register(schema);
    RoutingMessages.register(schema);
    return schema.add(Lookup.WIRE_NUMBER, Lookup.class);
  }
}
