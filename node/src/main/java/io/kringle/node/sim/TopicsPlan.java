package io.kringle.node.sim;

/**
 * What an exploration of topics is to do.
 *
 * @param seeds which, and what happens to their rings
 * @param subscribers how many there are, 1 to {@value #MOST_SUBSCRIBERS}
 * @param topics how many they and the publishers share, 1 to {@value #MOST_TOPICS}
 * @param messages how many are published in a run, about, 1 to {@value #MOST_MESSAGES}; and a
 *     quarter as many anycasts
 */
public record TopicsPlan(SeedPlan seeds, int subscribers, int topics, int messages) {
  /** The most subscribers. */
  public static final int MOST_SUBSCRIBERS = 1_000;

  /** The most topics. */
  public static final int MOST_TOPICS = 100;

  /** The most messages; less than what a topic keeps, so that all can be read again in the end. */
  public static final int MOST_MESSAGES = 5_000;

  /** Checks the ranges. */
  public TopicsPlan {
    SeedPlan.check("subscribers", subscribers, MOST_SUBSCRIBERS);
    SeedPlan.check("topics", topics, MOST_TOPICS);
    SeedPlan.check("messages", messages, MOST_MESSAGES);
  }
}
