package io.kringle.node.sim;

import java.util.List;

/**
 * What came of an exploration of topics.
 *
 * @param outcomes one for each seed, in their order
 */
public record TopicsReport(List<TopicsOutcome> outcomes) implements SeedReport<TopicsOutcome> {
  /** Copies the outcomes. */
  public TopicsReport {
    outcomes = List.copyOf(outcomes);
  }

  /** What happened to the messages of all seeds. */
  public TopicsCounts counts() {
    return outcomes.stream()
        .map(TopicsOutcome::counts)
        .reduce(TopicsCounts.NONE, TopicsCounts::plus);
  }

  /** In virtual milliseconds from publishing, what so many of 100 deliveries do not exceed. */
  public double deliveryMillis(int percent) {
    Delays all = new Delays();
    outcomes.forEach(outcome -> all.add(outcome.delays()));
    return all.percentileMillis(percent);
  }

  /** How many nodes were above another in a tree, at the most. */
  public int deepest() {
    return outcomes.stream().mapToInt(TopicsOutcome::deepest).max().orElse(0);
  }

  /** The most children that a node had in one tree. */
  public int mostChildren() {
    return outcomes.stream().mapToInt(TopicsOutcome::mostChildren).max().orElse(0);
  }
}
