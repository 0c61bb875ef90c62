package io.kringle.node.sim;

import java.util.List;
import java.util.Optional;

/** What came of one seed. */
public interface SeedOutcome {
  /** Which one. */
  long seed();

  /** What was not as it must be, in words; empty if all was well. */
  Optional<String> wrong();

  /** What was done to the ring, line by line. */
  List<String> story();
}
