package io.kringle.node.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kringle.node.sim.Distribution;
import io.kringle.node.sim.Explore;
import io.kringle.node.sim.ExploreOutcome;
import io.kringle.node.sim.ExplorePlan;
import io.kringle.node.sim.ExploreReport;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sim explore}: random faults on small rings, and whether each becomes one ring again. */
@Command(
    name = "explore",
    description = {
      "For each seed, grow a small ring, let faults of every kind happen to it, stop them, and"
          + " check that all live nodes agree on one ring and find every key.",
      "Exits 1 if one did not."
    },
    mixinStandardHelpOptions = true)
final class SimExploreCommand implements Callable<Integer> {
  private static final int DEFAULT_MINUTES = 3;
  private static final int MOST_MINUTES = 24 * 60;

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
      description = "How many nodes each ring starts with, 3 to 50; drawn by each seed by default.")
  private @Nullable Integer nodes;

  @Option(
      names = "--minutes",
      paramLabel = "M",
      description =
          "The virtual minutes that faults go on for, 1 to 1440; ${DEFAULT-VALUE} by default.")
  private int minutes = DEFAULT_MINUTES;

  @Option(
      names = "--threads",
      paramLabel = "T",
      description = "How many seeds run at a time; as many as there are cores by default.")
  private int threads = Runtime.getRuntime().availableProcessors();

  @Option(names = "--log", description = "Tell what was done to the ring; for a single seed.")
  private boolean log;

  @Option(
      names = "--trace-node",
      paramLabel = "HOST",
      description =
          "Print every message from or to this node, such as node-17 of node-17:7400, to standard"
              + " error, up to 10000 lines; for a single seed.")
  private @Nullable String tracedNode;

  @Option(names = "--json", description = "Print the report as one JSON object.")
  private boolean json;

  @SuppressWarnings("NullAway.Init") // Justification: picocli injects the field before call().
  SimExploreCommand() {}

  @Override
  public Integer call() {
    ExplorePlan plan = plan();
    long start = System.nanoTime();
    Progress progress = Progress.of("explored", plan.seeds());
    Explore explore = new Explore(plan);
    if (tracedNode != null) {
      explore.traceNode(tracedNode, spec.commandLine().getErr()::println);
    }
    ExploreReport report = explore.run(progress);
    progress.finish();
    double wallSeconds = (System.nanoTime() - start) / 1e9;
    PrintWriter out = spec.commandLine().getOut();
    if (log) {
      report.outcomes().get(0).story().forEach(out::println);
    }
    out.println(json ? json(report, wallSeconds) : text(report, wallSeconds));
    return report.failures().isEmpty() ? Exit.DONE : Exit.FAILED;
  }

  private ExplorePlan plan() {
    SeedRange range = SeedRange.of(seeds);
    if (minutes < 1 || minutes > MOST_MINUTES) {
      throw CommandFailure.usage("minutes are 1 to 1440, not " + minutes);
    }
    try {
      ExplorePlan plan =
          new ExplorePlan(
              range.first(),
              range.last(),
              nodes == null ? OptionalInt.empty() : OptionalInt.of(nodes),
              Duration.ofMinutes(minutes),
              threads);
      if ((log || tracedNode != null) && plan.seeds() > 1) {
        throw CommandFailure.usage(
            (log ? "--log" : "--trace-node") + " is for a single seed, such as --seeds 17..17");
      }
      return plan;
    } catch (IllegalArgumentException outOfRange) {
      throw CommandFailure.usage(String.valueOf(outOfRange.getMessage()));
    }
  }

  private String command(ExploreOutcome outcome) {
    return "./kringle sim explore --seeds "
        + outcome.seed()
        + ".."
        + outcome.seed()
        + (nodes == null ? "" : " --nodes " + nodes)
        + (minutes == DEFAULT_MINUTES ? "" : " --minutes " + minutes);
  }

  private String json(ExploreReport report, double wallSeconds) {
    Distribution agreement = report.agreementSeconds();
    ObjectNode object =
        HttpNode.JSON
            .createObjectNode()
            .put("seeds", report.outcomes().size())
            .put("failures", report.failures().size())
            .put("agreement_s_p50", agreement.p50())
            .put("agreement_s_p99", agreement.p99())
            .put("agreement_s_max", agreement.max());
    report.slowest().ifPresent(slowest -> object.put("slowest_seed", slowest.seed()));
    object
        .put("messages", report.messages())
        .put("virtual_s", report.lasted().toNanos() / 1e9)
        .put("wall_s", wallSeconds)
        .put("trace_hash", HexFormat.of().toHexDigits(report.traceHash()));
    ArrayNode failed = object.putArray("failed");
    for (ExploreOutcome failure : report.failures()) {
      failed
          .addObject()
          .put("seed", failure.seed())
          .put("nodes", failure.nodes())
          .put("wrong", failure.wrong().orElse(""))
          .put("command", command(failure));
    }
    return object.toString();
  }

  private String text(ExploreReport report, double wallSeconds) {
    StringBuilder text = new StringBuilder();
    for (ExploreOutcome failure : report.failures()) {
      line(
          text,
          "seed %d, %d nodes: %s",
          failure.seed(),
          failure.nodes(),
          failure.wrong().orElse(""));
      line(text, "  %s", command(failure) + " --log");
    }
    Distribution agreement = report.agreementSeconds();
    line(text, "%,d seeds, %,d failures", report.outcomes().size(), report.failures().size());
    report
        .slowest()
        .ifPresent(
            slowest ->
                line(
                    text,
                    "one ring   %.1f s after the faults for half of them, %.1f s for 99 of 100,"
                        + " %.1f s at worst, by seed %d",
                    agreement.p50(),
                    agreement.p99(),
                    agreement.max(),
                    slowest.seed()));
    line(
        text,
        "in all     %,d messages in %,.0f virtual seconds, which took %.1f s",
        report.messages(),
        report.lasted().toNanos() / 1e9,
        wallSeconds);
    text.append("trace      ").append(HexFormat.of().toHexDigits(report.traceHash()));
    return text.toString();
  }

  private static void line(StringBuilder text, String format, Object... values) {
    text.append(String.format(Locale.ROOT, format, values)).append(System.lineSeparator());
  }
}
