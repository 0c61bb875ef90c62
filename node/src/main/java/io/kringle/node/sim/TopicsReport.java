package io.kringle.node.sim;

import java.util.List;
import java.util.Optional;

/**
 * What came of an exploration of topics.
 *
 * @param outcomes one for each seed, in their order
 */
public record TopicsReport(List<TopicsOutcome> outcomes) {
  /** Copies the outcomes. */
  public TopicsReport {
    outcomes = List.copyOf(outcomes);
  }

  /** Those where something was wrong. */
  public List<TopicsOutcome> failures() {
    return outcomes.stream().filter(outcome -> outcome.wrong().isPresent()).toList();
  }

  /** The seed of the first of them. */
  public Optional<Long> firstFailingSeed() {
    return failures().stream().findFirst().map(TopicsOutcome::seed);
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
