package io.kringle.node.sim;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What came of one seed.
 *
 * @param seed which
 * @param wrong what was not as it must be, in words; empty if all was well
 * @param lostWrites how many keys were read, in the end, as if their last acknowledged write had
 *     never been
 * @param counts how the operations ended
 * @param messages sent
 * @param lasted the whole run, virtual
 * @param traceHash a digest of every delivery in its order
 * @param story what was done to the ring, line by line
 */
public record StoreOutcome(
    long seed,
    Optional<String> wrong,
    int lostWrites,
    StoreCounts counts,
    long messages,
    Duration lasted,
    long traceHash,
    List<String> story)
    implements SeedOutcome {

  /** Copies the story. */
  public StoreOutcome {
    story = List.copyOf(story);
  }

  StoreOutcome withoutStory() {
    return new StoreOutcome(
        seed, wrong, lostWrites, counts, messages, lasted, traceHash, List.of());
  }
}
