package io.kringle.node.sim;

import java.util.List;
import java.util.Optional;

/**
 * What came of one seed.
 *
 * @param seed which
 * @param wrong what was not as it must be, in words; empty if all was well
 * @param counts what happened to messages
 * @param delays from publishing to each delivery
 * @param deepest how many nodes were above another in a tree, at the most
 * @param mostChildren of a node in one tree
 * @param traceHash a digest of every delivery in its order
 * @param story what was done to the ring, line by line
 */
public record TopicsOutcome(
    long seed,
    Optional<String> wrong,
    TopicsCounts counts,
    Delays delays,
    int deepest,
    int mostChildren,
    long traceHash,
    List<String> story)
    implements SeedOutcome {

  /** Copies the story. */
  public TopicsOutcome {
    story = List.copyOf(story);
  }

  TopicsOutcome withoutStory() {
    return new TopicsOutcome(
        seed, wrong, counts, delays, deepest, mostChildren, traceHash, List.of());
  }
}
