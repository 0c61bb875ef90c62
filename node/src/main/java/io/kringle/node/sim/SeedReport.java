package io.kringle.node.sim;

import java.util.List;
import java.util.Optional;

/**
 * What came of an exploration.
 *
 * @param <O> of one seed
 */
public interface SeedReport<O extends SeedOutcome> {
  /** One for each seed, in their order. */
  List<O> outcomes();

  /** Those where something was wrong. */
  default List<O> failures() {
    return outcomes().stream().filter(outcome -> outcome.wrong().isPresent()).toList();
  }

  /** The seed of the first of them. */
  default Optional<Long> firstFailingSeed() {
    return failures().stream().findFirst().map(SeedOutcome::seed);
  }
}
