package io.kringle.node;

import java.util.List;

/**
 * The nodes of a ring, met on a walk round it.
 *
 * @param nodes clockwise, beginning with the one that was asked
 * @param partial whether the walk ended before it came round: too many nodes, no time left, or
 *     nobody to go on with
 */
public record RingNodes(List<NodeInfo> nodes, boolean partial) {
  /** Copies the list. */
  public RingNodes {
    nodes = List.copyOf(nodes);
  }
}
