package io.kringle.node.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kringle.node.sim.ExploreTopics;
import io.kringle.node.sim.SeedPlan;
import io.kringle.node.sim.TopicsCounts;
import io.kringle.node.sim.TopicsPlan;
import io.kringle.node.sim.TopicsReport;
import java.util.List;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code sim topics}: publishers, subscribers and anycasts under random faults. */
@Command(
    name = "topics",
    description = {
      "For each seed, form a small ring, publish and offer messages on a few topics of it while"
          + " faults happen, stop them, and check that each subscriber that stayed got each message"
          + " once and in order, that durable ones and groups caught up, that no message was"
          + " handled by more than it was offered to, and that topics have kept what they were to"
          + " keep.",
      "Exits 1 if one was not so."
    },
    mixinStandardHelpOptions = true)
final class SimTopicsCommand extends SeedsCommand<TopicsReport> {
  private static final int DEFAULT_SUBSCRIBERS = 8;
  private static final int DEFAULT_TOPICS = 2;
  private static final int DEFAULT_MESSAGES = 200;

  @Option(
      names = "--subscribers",
      paramLabel = "M",
      description = "How many there are, 1 to 1000; ${DEFAULT-VALUE} by default.")
  private int subscribers = DEFAULT_SUBSCRIBERS;

  @Option(
      names = "--topics",
      paramLabel = "T",
      description = "How many topics they share, 1 to 100; ${DEFAULT-VALUE} by default.")
  private int topics = DEFAULT_TOPICS;

  @Option(
      names = "--messages",
      paramLabel = "K",
      description =
          "About how many are published or offered in a run, 1 to 5000; ${DEFAULT-VALUE} by"
              + " default.")
  private int messages = DEFAULT_MESSAGES;

  @Override
  Function<Progress, TopicsReport> prepare(SeedPlan seeds) {
    TopicsPlan plan = new TopicsPlan(seeds, subscribers, topics, messages);
    return progress -> new ExploreTopics(plan).run(progress);
  }

  @Override
  String ownOptions() {
    return SeedRange.option("--subscribers", subscribers, DEFAULT_SUBSCRIBERS)
        + SeedRange.option("--topics", topics, DEFAULT_TOPICS)
        + SeedRange.option("--messages", messages, DEFAULT_MESSAGES);
  }

  @Override
  void figures(TopicsReport report, double wallSeconds, ObjectNode json) {
    TopicsCounts counts = report.counts();
    json.put("published", counts.published())
        .put("delivered", counts.delivered())
        .put("lost", counts.lost())
        .put("duplicated", counts.duplicated())
        .put("reordered", counts.reordered())
        .put("beyond_retention", counts.beyond())
        .put("anycasts", counts.anycasts())
        .put("handled_twice", counts.handledTwice())
        .put("no_taker", counts.noTaker())
        .put("group_handled", counts.handled())
        .put("group_handled_again", counts.handledAgain())
        .put("delivery_ms_p50", report.deliveryMillis(50))
        .put("delivery_ms_p99", report.deliveryMillis(99))
        .put("tree_depth_max", report.deepest())
        .put("fanout_max", report.mostChildren())
        .put("violations", report.failures().size())
        .put("wall_s", wallSeconds);
  }

  @Override
  List<String> lines(TopicsReport report, double wallSeconds) {
    TopicsCounts counts = report.counts();
    return List.of(
        line(
            "%,d seeds, %,d violations: %,d lost, %,d duplicated, %,d reordered, %,d beyond"
                + " retention, %,d handled twice",
            report.outcomes().size(),
            report.failures().size(),
            counts.lost(),
            counts.duplicated(),
            counts.reordered(),
            counts.beyond(),
            counts.handledTwice()),
        line(
            "messages   %,d published, %,d delivered, half of them within %.1f ms, 99 %% within"
                + " %.1f",
            counts.published(),
            counts.delivered(),
            report.deliveryMillis(50),
            report.deliveryMillis(99)),
        line("groups     %,d handled, %,d of them again", counts.handled(), counts.handledAgain()),
        line("anycasts   %,d, nobody took %,d", counts.anycasts(), counts.noTaker()),
        line(
            "trees      up to %d deep, up to %d children; all that took %.1f s",
            report.deepest(), report.mostChildren(), wallSeconds));
  }
}
