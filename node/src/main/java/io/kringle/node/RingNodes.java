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

  /**
   * The arcs that these nodes keep, each once, in the order of their beginnings: as its daddy sees
   * it, or where nobody met leads it, the one who is farthest. What its other keepers say of
   * themselves is added.
   */
  public List<NodeInfo.Replica> arcs() {
    return ArcAccounts.of(nodes);
  }
}
