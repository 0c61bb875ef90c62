package io.kringle.node.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kringle.node.sim.SeedOutcome;
import io.kringle.node.sim.SeedPlan;
import io.kringle.node.sim.SeedReport;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.function.Supplier;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * A command that runs seeds, each with a ring of its own under faults, and tells what came of them;
 * exits 1 if something was wrong with one.
 *
 * @param <R> what came of them
 */
abstract class SeedsCommand<R extends SeedReport<?>> implements Callable<Integer> {
  private static final int DEFAULT_NODES = 6;
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
      names = "--faults",
      paramLabel = "all|LIST",
      description =
          "Which faults may happen: all, or some of crash, disk-loss, join, leave, pause,"
              + " suspension, drift, loss, duplication, reordering, partition, slow-disk,"
              + " full-disk, bit-rot, with commas between; ${DEFAULT-VALUE} by default.")
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

  @SuppressWarnings("NullAway.Init") // Justification: picocli injects the fields before call().
  SeedsCommand() {}

  /**
   * What is to be run.
   *
   * @throws IllegalArgumentException saying what is out of its range
   */
  abstract Function<Progress, R> prepare(SeedPlan plan);

  /** The command line's options of its own that are not as they are by default. */
  abstract String ownOptions();

  /** The figures of a report, by their names. */
  abstract void figures(R report, double wallSeconds, ObjectNode json);

  /** The same, a line each. */
  abstract List<String> lines(R report, double wallSeconds);

  @Override
  public final Integer call() {
    SeedPlan plan = plan();
    Function<Progress, R> run = inRange(() -> prepare(plan));
    long start = System.nanoTime();
    Progress progress = Progress.of("explored", plan.count());
    R report = run.apply(progress);
    progress.finish();
    double wallSeconds = (System.nanoTime() - start) / 1e9;
    PrintWriter out = spec.commandLine().getOut();
    if (log) {
      report.outcomes().get(0).story().forEach(out::println);
    }
    if (json) {
      out.println(json(report, wallSeconds));
    } else {
      text(report, wallSeconds).forEach(out::println);
    }
    return report.failures().isEmpty() ? Exit.DONE : Exit.FAILED;
  }

  private SeedPlan plan() {
    SeedRange range = SeedRange.of(seeds);
    if (log && range.first() != range.last()) {
      throw CommandFailure.usage("--log is for a single seed, such as --seeds 17..17");
    }
    return inRange(
        () ->
            new SeedPlan(
                range.first(),
                range.last(),
                nodes,
                FaultList.of(faults),
                Duration.ofSeconds(seconds),
                threads));
  }

  private static <T> T inRange(Supplier<T> what) {
    try {
      return what.get();
    } catch (IllegalArgumentException outOfRange) {
      throw CommandFailure.usage(String.valueOf(outOfRange.getMessage()));
    }
  }

  /** The command that runs one of the seeds again. */
  private String command(SeedOutcome outcome) {
    return "./kringle sim %s --seeds %d..%d".formatted(spec.name(), outcome.seed(), outcome.seed())
        + SeedRange.option("--nodes", nodes, DEFAULT_NODES)
        + ownOptions()
        + SeedRange.option("--seconds", seconds, DEFAULT_SECONDS)
        + (faults.equals(FaultList.ALL) ? "" : " --faults " + faults);
  }

  private ObjectNode json(R report, double wallSeconds) {
    ObjectNode object = HttpNode.JSON.createObjectNode().put("runs", report.outcomes().size());
    figures(report, wallSeconds, object);
    report
        .firstFailingSeed()
        .ifPresentOrElse(
            seed -> object.put("first_failing_seed", seed),
            () -> object.putNull("first_failing_seed"));
    ArrayNode failed = object.putArray("failed");
    for (SeedOutcome failure : report.failures()) {
      failed
          .addObject()
          .put("seed", failure.seed())
          .put("wrong", failure.wrong().orElse(""))
          .put("command", command(failure));
    }
    return object;
  }

  private List<String> text(R report, double wallSeconds) {
    List<String> text = new ArrayList<>();
    for (SeedOutcome failure : report.failures()) {
      text.add("seed %d: %s".formatted(failure.seed(), failure.wrong().orElse("")));
      text.add("  " + command(failure) + " --log");
    }
    text.addAll(lines(report, wallSeconds));
    return text;
  }

  static String line(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
