package io.kringle.node.sim;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What came of an exploration.
 *
 * @param outcomes one for each seed, in their order
 */
public record ExploreReport(List<ExploreOutcome> outcomes) {
  private static final long PRIME = 0x100000001b3L;

  /** Copies the outcomes. */
  public ExploreReport {
    outcomes = List.copyOf(outcomes);
  }

  /** Those where something was wrong. */
  public List<ExploreOutcome> failures() {
    return outcomes.stream().filter(outcome -> outcome.wrong().isPresent()).toList();
  }

  /**
   * Seconds from the end of the faults until there was one ring, where there was one in the end.
   */
  public Distribution agreementSeconds() {
    return Distribution.of(agreed().map(outcome -> outcome.agreement().toNanos() / 1e9).toList());
  }

  /** The one that took longest to become one ring; empty if none did. */
  public Optional<ExploreOutcome> slowest() {
    return agreed().max(Comparator.comparing(ExploreOutcome::agreement));
  }

  private Stream<ExploreOutcome> agreed() {
    return outcomes.stream().filter(outcome -> outcome.wrong().isEmpty());
  }

  /** Messages sent in all. */
  public long messages() {
    return outcomes.stream().mapToLong(ExploreOutcome::messages).sum();
  }

  /** Virtual time that passed in all. */
  public Duration lasted() {
    return outcomes.stream().map(ExploreOutcome::lasted).reduce(Duration.ZERO, Duration::plus);
  }

  /** A digest of all deliveries of all seeds: equal for equal plans. */
  public long traceHash() {
    long hash = 0;
    for (ExploreOutcome outcome : outcomes) {
      hash = (hash ^ outcome.traceHash()) * PRIME;
      hash ^= hash >>> 29;
    }
    return hash;
  }
}
