package io.kringle.node.sim;

import java.util.List;

/**
 * What came of an exploration of the store.
 *
 * @param outcomes one for each seed, in their order
 */
public record StoreReport(List<StoreOutcome> outcomes) implements SeedReport<StoreOutcome> {
  /** Copies the outcomes. */
  public StoreReport {
    outcomes = List.copyOf(outcomes);
  }

  /** How the operations of all seeds ended. */
  public StoreCounts counts() {
    return outcomes.stream().map(StoreOutcome::counts).reduce(StoreCounts.NONE, StoreCounts::plus);
  }

  /** Of all seeds. */
  public long lostWrites() {
    return outcomes.stream().mapToLong(StoreOutcome::lostWrites).sum();
  }

  /** Messages sent in all. */
  public long messages() {
    return outcomes.stream().mapToLong(StoreOutcome::messages).sum();
  }
}
