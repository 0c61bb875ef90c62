package io.kringle.node.sim;

import java.nio.file.Path;
import java.util.Optional;

/**
 * What a simulation of the trees of topics is to do.
 *
 * @param nodes how many form the ring, 1 to {@value #MOST_NODES}
 * @param topics how many there are, 1 to {@value #MOST_TOPICS}
 * @param subscribers of each topic, on as many nodes, 1 to as many as there are nodes; at most
 *     {@value #MOST_SUBSCRIPTIONS} in all
 * @param messages how many are published on each topic, 1 to {@value #MOST_MESSAGES}; at most
 *     {@value #MOST_DELIVERIES} deliveries in all
 * @param seed of every random choice
 * @param latencies a file with a matrix of round trips; if empty, nodes are points in a square
 */
public record TreesPlan(
    int nodes, int topics, int subscribers, int messages, long seed, Optional<Path> latencies) {
  private static final int MOST_NODES = 20_000;
  private static final int MOST_TOPICS = 10_000;
  private static final int MOST_MESSAGES = 1_000;
  private static final int MOST_SUBSCRIPTIONS = 1_000_000;
  private static final int MOST_DELIVERIES = 10_000_000;

  /** Checks the ranges. */
  public TreesPlan {
    check("nodes", nodes, MOST_NODES);
    check("topics", topics, MOST_TOPICS);
    check("subscribers", subscribers, nodes);
    check("messages", messages, MOST_MESSAGES);
    check("subscribers of all topics", (long) topics * subscribers, MOST_SUBSCRIPTIONS);
    check("deliveries", (long) topics * subscribers * messages, MOST_DELIVERIES);
  }

  /** How many subscriptions that makes. */
  public long subscriptions() {
    return (long) topics * subscribers;
  }

  /** How often a message is to be handed over. */
  public long deliveries() {
    return subscriptions() * messages;
  }

  private static void check(String what, long count, int most) {
    if (count < 1 || count > most) {
      throw new IllegalArgumentException("%s are 1 to %d, not %d".formatted(what, most, count));
    }
  }
}
