package io.kringle.node.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kringle.node.sim.ExploreTopics;
import io.kringle.node.sim.TopicsCounts;
import io.kringle.node.sim.TopicsOutcome;
import io.kringle.node.sim.TopicsPlan;
import io.kringle.node.sim.TopicsReport;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

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
final class SimTopicsCommand implements Callable<Integer> {
  private static final int DEFAULT_NODES = 6;
  private static final int DEFAULT_SUBSCRIBERS = 8;
  private static final int DEFAULT_TOPICS = 2;
  private static final int DEFAULT_MESSAGES = 200;
  private static final int DEFAULT_SECONDS = 40;

  @Spec private CommandSpec spec;

  @Option(
      names = "--seeds",
      required = true,
      paramLabel = "A..B",
      description = "The seeds to run, both ends included; each is a run of its own.")
  private String seeds;

  @Option(
      names = "--nodes",
      paramLabel = "N",
      description = "How many nodes each ring starts with, 1 to 50; ${DEFAULT-VALUE} by default.")
  private int nodes = DEFAULT_NODES;

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

  @Option(
      names = "--faults",
      paramLabel = "all|LIST",
      description =
          "Which faults may happen: all, or some of those of sim store, with commas between;"
              + " ${DEFAULT-VALUE} by default.")
  private String faults = FaultList.ALL;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      description =
          "The virtual seconds that faults go on for, 1 to 3600; ${DEFAULT-VALUE} by default.")
  private int seconds = DEFAULT_SECONDS;

  @Option(
      names = "--threads",
      paramLabel = "T",
      description = "How many seeds run at a time; as many as there are cores by default.")
  private int threads = Runtime.getRuntime().availableProcessors();

  @Option(names = "--log", description = "Tell what was done to the ring; for a single seed.")
  private boolean log;

  @Option(names = "--json", description = "Print the report as one JSON object.")
  private boolean json;

  @SuppressWarnings("NullAway.Init") // Justification: picocli injects the field before call().
  SimTopicsCommand() {}

  @Override
  public Integer call() {
    TopicsPlan plan = plan();
    long start = System.nanoTime();
    boolean terminal = Boolean.getBoolean("kringle.terminal.err");
    Progress progress =
        new Progress("explored", done -> (double) done / plan.seeds(), System.err, terminal);
    TopicsReport report = new ExploreTopics(plan).run(progress);
    progress.finish();
    double wallSeconds = (System.nanoTime() - start) / 1e9;
    PrintWriter out = spec.commandLine().getOut();
    if (log) {
      report.outcomes().get(0).story().forEach(out::println);
    }
    out.println(json ? json(report, wallSeconds) : text(report, wallSeconds));
    return report.failures().isEmpty() ? Exit.DONE : Exit.FAILED;
  }

  private TopicsPlan plan() {
    SeedRange range = SeedRange.of(seeds);
    if (log && range.first() != range.last()) {
      throw CommandFailure.usage("--log is for a single seed, such as --seeds 17..17");
    }
    try {
      return new TopicsPlan(
          range.first(),
          range.last(),
          nodes,
          subscribers,
          topics,
          messages,
          FaultList.of(faults),
          Duration.ofSeconds(seconds),
          threads);
    } catch (IllegalArgumentException outOfRange) {
      throw CommandFailure.usage(String.valueOf(outOfRange.getMessage()));
    }
  }

  private String command(TopicsOutcome outcome) {
    return "./kringle sim topics --seeds "
        + outcome.seed()
        + ".."
        + outcome.seed()
        + SeedRange.option("--nodes", nodes, DEFAULT_NODES)
        + SeedRange.option("--subscribers", subscribers, DEFAULT_SUBSCRIBERS)
        + SeedRange.option("--topics", topics, DEFAULT_TOPICS)
        + SeedRange.option("--messages", messages, DEFAULT_MESSAGES)
        + SeedRange.option("--seconds", seconds, DEFAULT_SECONDS)
        + (faults.equals(FaultList.ALL) ? "" : " --faults " + faults);
  }

  private String json(TopicsReport report, double wallSeconds) {
    TopicsCounts counts = report.counts();
    ObjectNode object =
        HttpNode.JSON
            .createObjectNode()
            .put("runs", report.outcomes().size())
            .put("published", counts.published())
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
    report
        .firstFailingSeed()
        .ifPresentOrElse(
            seed -> object.put("first_failing_seed", seed),
            () -> object.putNull("first_failing_seed"));
    ArrayNode failed = object.putArray("failed");
    for (TopicsOutcome failure : report.failures()) {
      failed
          .addObject()
          .put("seed", failure.seed())
          .put("wrong", failure.wrong().orElse(""))
          .put("command", command(failure));
    }
    return object.toString();
  }

  private String text(TopicsReport report, double wallSeconds) {
    StringBuilder text = new StringBuilder();
    for (TopicsOutcome failure : report.failures()) {
      line(text, "seed %d: %s", failure.seed(), failure.wrong().orElse(""));
      line(text, "  %s", command(failure) + " --log");
    }
    TopicsCounts counts = report.counts();
    line(
        text,
        "%,d seeds, %,d violations: %,d lost, %,d duplicated, %,d reordered, %,d beyond retention,"
            + " %,d handled twice",
        report.outcomes().size(),
        report.failures().size(),
        counts.lost(),
        counts.duplicated(),
        counts.reordered(),
        counts.beyond(),
        counts.handledTwice());
    line(
        text,
        "messages   %,d published, %,d delivered, half of them within %.1f ms, 99 %% within %.1f",
        counts.published(),
        counts.delivered(),
        report.deliveryMillis(50),
        report.deliveryMillis(99));
    line(
        text, "groups     %,d handled, %,d of them again", counts.handled(), counts.handledAgain());
    line(text, "anycasts   %,d, nobody took %,d", counts.anycasts(), counts.noTaker());
    text.append(
        String.format(
            Locale.ROOT,
            "trees      up to %d deep, up to %d children; all that took %.1f s",
            report.deepest(),
            report.mostChildren(),
            wallSeconds));
    return text.toString();
  }

  private static void line(StringBuilder text, String format, Object... values) {
    text.append(String.format(Locale.ROOT, format, values)).append(System.lineSeparator());
  }
}
