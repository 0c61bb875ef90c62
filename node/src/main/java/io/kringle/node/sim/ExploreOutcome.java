package io.kringle.node.sim;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What came of one seed. Times are virtual.
 *
 * @param seed which
 * @param nodes how many nodes the ring started with
 * @param wrong what was not as it must be, in words; empty if all was well
 * @param agreement how long it took, after the faults had stopped, until there was one ring; zero
 *     if the run failed before
 * @param messages sent
 * @param lasted the whole run
 * @param traceHash a digest of every delivery in its order
 * @param story what was done to the ring, line by line
 */
public record ExploreOutcome(
    long seed,
    int nodes,
    Optional<String> wrong,
    Duration agreement,
    long messages,
    Duration lasted,
    long traceHash,
    List<String> story) {

  /** Copies the story. */
  public ExploreOutcome {
    story = List.copyOf(story);
  }

  ExploreOutcome withoutStory() {
    return new ExploreOutcome(
        seed, nodes, wrong, agreement, messages, lasted, traceHash, List.of());
  }
}
