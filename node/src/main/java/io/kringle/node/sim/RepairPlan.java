package io.kringle.node.sim;

import java.nio.file.Path;
import java.util.Optional;

/**
 * What a repair simulation is to do.
 *
 * @param fault what happens to the ring
 * @param nodes how many form it, {@value #FEWEST_NODES} to {@value #MOST_NODES}
 * @param crowd how many join at once, 1 to {@value #MOST_NODES}; of no meaning for other faults
 * @param seed of every random choice
 * @param latencies a file with a matrix of round trips; if empty, nodes are points in a square
 */
public record RepairPlan(
    RepairFault fault, int nodes, int crowd, long seed, Optional<Path> latencies) {
  /** How many nodes there are where nothing else is said. */
  public static final int DEFAULT_NODES = 1_000;

  /** How many come at once where nothing else is said. */
  public static final int DEFAULT_CROWD = 100;

  private static final int FEWEST_NODES = 2;

  /** Every link between two halves is remembered as cut: twelve million at this size. */
  private static final int MOST_NODES = 5_000;

  /** Checks the ranges. */
  public RepairPlan {
    if (nodes < FEWEST_NODES || nodes > MOST_NODES) {
      throw new IllegalArgumentException(
          "nodes are %d to %d, not %d".formatted(FEWEST_NODES, MOST_NODES, nodes));
    }
    if (crowd < 1 || crowd > MOST_NODES) {
      throw new IllegalArgumentException(
          "a crowd is 1 to %d nodes, not %d".formatted(MOST_NODES, crowd));
    }
  }
}
