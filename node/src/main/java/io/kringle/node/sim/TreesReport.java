package io.kringle.node.sim;

/**
 * What came of a simulation of the trees of topics.
 *
 * @param plan what was to be done
 * @param published messages that were accepted
 * @param delivered how often one was handed to a subscriber
 * @param repeated how often one was handed over again, or after a later one
 * @param deliveries in milliseconds, from the moment at which the topic's root had the message
 *     accepted
 * @param direct in milliseconds, from the root to the subscriber on the network, for each delivery
 * @param copies that a node has sent of one message in its tree, for each node and message
 * @param depths how many nodes are above a node of a tree, for the deepest place of each node
 * @param trees how many a node is part of, subscribers, forwarders and roots alike
 * @param messages that all nodes have sent, of whatever kind
 * @param virtualSeconds that passed in all
 * @param traceHash a digest of every delivery in its order: equal for equal plans
 */
public record TreesReport(
    TreesPlan plan,
    long published,
    long delivered,
    long repeated,
    Distribution deliveries,
    Distribution direct,
    Distribution copies,
    Distribution depths,
    Distribution trees,
    long messages,
    double virtualSeconds,
    long traceHash) {
  private static final double LONGEST_STRETCH = 1.7;
  private static final int MOST_COPIES = 16;
  private static final double MOST_TREES = 5;

  /** How often a message was not handed over, though it should have been. */
  public long missing() {
    return plan.deliveries() - delivered;
  }

  /** How much longer a message is on its way down the tree than without it, on average. */
  public double stretch() {
    return direct.mean() == 0 ? 0 : deliveries.mean() / direct.mean();
  }

  /** In how many more trees than the average node the busiest one is. */
  public double treesRatio() {
    return trees.mean() == 0 ? 0 : trees.max() / trees.mean();
  }

  /** Whether everything was delivered, and no mark is missed. */
  public boolean marksHold() {
    return missing() == 0
        && repeated == 0
        && stretch() <= LONGEST_STRETCH
        && copies.max() <= MOST_COPIES
        && treesRatio() <= MOST_TREES;
  }
}
