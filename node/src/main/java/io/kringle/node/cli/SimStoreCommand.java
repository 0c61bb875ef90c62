package io.kringle.node.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kringle.node.sim.ExploreStore;
import io.kringle.node.sim.StoreCounts;
import io.kringle.node.sim.StoreOutcome;
import io.kringle.node.sim.StorePlan;
import io.kringle.node.sim.StoreReport;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sim store}: random clients under random faults, and whether the store kept its word. */
@Command(
    name = "store",
    description = {
      "For each seed, form a small ring, have clients read and write a few keys of it while faults"
          + " happen, stop them, and check that no acknowledged write is lost, that all replicas"
          + " are equal, and that what the clients were told is linearizable.",
      "Exits 1 if one was not."
    },
    mixinStandardHelpOptions = true)
final class SimStoreCommand implements Callable<Integer> {
  private static final int DEFAULT_NODES = 6;
  private static final int DEFAULT_CLIENTS = 5;
  private static final int DEFAULT_KEYS = 3;
  private static final int DEFAULT_SECONDS = 40;

  /** Makes up to some hundred megabytes. */
  private static final int MOST_HISTORIES = 1_000;

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
      names = "--clients",
      paramLabel = "C",
      description = "How many ask at the same time, 1 to 100; ${DEFAULT-VALUE} by default.")
  private int clients = DEFAULT_CLIENTS;

  @Option(
      names = "--keys",
      paramLabel = "K",
      description = "How many keys they share, 1 to 1000; ${DEFAULT-VALUE} by default.")
  private int keys = DEFAULT_KEYS;

  @Option(
      names = "--faults",
      paramLabel = "all|LIST",
      description =
          "Which faults may happen: all, or some of crash, disk-loss, join, leave, pause, drift,"
              + " loss, duplication, reordering, partition, slow-disk, full-disk, bit-rot, with"
              + " commas between;"
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

  @Option(
      names = "--history",
      paramLabel = "FILE",
      description =
          "Write what the clients asked and were told to this file, as docs/history-format.md says;"
              + " for at most 1000 seeds.")
  private @Nullable String history;

  @Option(names = "--json", description = "Print the report as one JSON object.")
  private boolean json;

  @SuppressWarnings("NullAway.Init") // Justification: picocli injects the field before call().
  SimStoreCommand() {}

  @Override
  public Integer call() {
    StorePlan plan = plan();
    long start = System.nanoTime();
    boolean terminal = Boolean.getBoolean("kringle.terminal.err");
    Progress progress =
        new Progress("explored", done -> (double) done / plan.seeds(), System.err, terminal);
    StoreReport report = run(plan, progress);
    progress.finish();
    double wallSeconds = (System.nanoTime() - start) / 1e9;
    PrintWriter out = spec.commandLine().getOut();
    if (log) {
      report.outcomes().get(0).story().forEach(out::println);
    }
    out.println(json ? json(report, wallSeconds) : text(report, wallSeconds));
    return report.failures().isEmpty() ? Exit.DONE : Exit.FAILED;
  }

  private StoreReport run(StorePlan plan, Progress progress) {
    if (history == null) {
      return new ExploreStore(plan).run(progress);
    }
    if (plan.seeds() > MOST_HISTORIES) {
      throw CommandFailure.usage("--history is for at most " + MOST_HISTORIES + " seeds");
    }
    try (HistoryOutput output = HistoryOutput.to(history)) {
      return new ExploreStore(plan, output::add).run(progress);
    }
  }

  private StorePlan plan() {
    SeedRange range = SeedRange.of(seeds);
    if (log && range.first() != range.last()) {
      throw CommandFailure.usage("--log is for a single seed, such as --seeds 17..17");
    }
    try {
      return new StorePlan(
          range.first(),
          range.last(),
          nodes,
          clients,
          keys,
          FaultList.of(faults),
          Duration.ofSeconds(seconds),
          threads);
    } catch (IllegalArgumentException outOfRange) {
      throw CommandFailure.usage(String.valueOf(outOfRange.getMessage()));
    }
  }

  private String command(StoreOutcome outcome) {
    return "./kringle sim store --seeds "
        + outcome.seed()
        + ".."
        + outcome.seed()
        + SeedRange.option("--nodes", nodes, DEFAULT_NODES)
        + SeedRange.option("--clients", clients, DEFAULT_CLIENTS)
        + SeedRange.option("--keys", keys, DEFAULT_KEYS)
        + SeedRange.option("--seconds", seconds, DEFAULT_SECONDS)
        + (faults.equals(FaultList.ALL) ? "" : " --faults " + faults);
  }

  private String json(StoreReport report, double wallSeconds) {
    StoreCounts counts = report.counts();
    ObjectNode object =
        HttpNode.JSON
            .createObjectNode()
            .put("runs", report.outcomes().size())
            .put("operations", counts.operations())
            .put("ok", counts.ok())
            .put("conflict", counts.conflict())
            .put("unavailable", counts.unavailable())
            .put("unknown", counts.unknown())
            .put("violations", report.failures().size())
            .put("lost_writes", report.lostWrites())
            .put("operations_majority_alive", counts.withinReach())
            .put("unavailable_share_majority_alive", counts.lateShare())
            .put("messages", report.messages())
            .put("wall_s", wallSeconds);
    report
        .firstFailingSeed()
        .ifPresentOrElse(
            seed -> object.put("first_failing_seed", seed),
            () -> object.putNull("first_failing_seed"));
    ArrayNode failed = object.putArray("failed");
    for (StoreOutcome failure : report.failures()) {
      failed
          .addObject()
          .put("seed", failure.seed())
          .put("wrong", failure.wrong().orElse(""))
          .put("command", command(failure));
    }
    return object.toString();
  }

  private String text(StoreReport report, double wallSeconds) {
    StringBuilder text = new StringBuilder();
    for (StoreOutcome failure : report.failures()) {
      line(text, "seed %d: %s", failure.seed(), failure.wrong().orElse(""));
      line(text, "  %s", command(failure) + " --log");
    }
    StoreCounts counts = report.counts();
    line(
        text,
        "%,d seeds, %,d violations, %,d lost writes",
        report.outcomes().size(),
        report.failures().size(),
        report.lostWrites());
    line(
        text,
        "operations %,d: %,d ok, %,d conflict, %,d unavailable, %,d unknown",
        counts.operations(),
        counts.ok(),
        counts.conflict(),
        counts.unavailable(),
        counts.unknown());
    line(
        text,
        "in reach   %,d with a majority of every arc in reach, %.2f %% of them not served within"
            + " 2 s",
        counts.withinReach(),
        100 * counts.lateShare());
    text.append(
        String.format(
            Locale.ROOT,
            "in all     %,d messages, which took %.1f s",
            report.messages(),
            wallSeconds));
    return text.toString();
  }

  private static void line(StringBuilder text, String format, Object... values) {
    text.append(String.format(Locale.ROOT, format, values)).append(System.lineSeparator());
  }
}
