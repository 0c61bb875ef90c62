package io.kringle.node.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kringle.node.sim.ExploreStore;
import io.kringle.node.sim.SeedPlan;
import io.kringle.node.sim.StoreCounts;
import io.kringle.node.sim.StorePlan;
import io.kringle.node.sim.StoreReport;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

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
final class SimStoreCommand extends SeedsCommand<StoreReport> {
  private static final int DEFAULT_CLIENTS = 5;
  private static final int DEFAULT_KEYS = 3;

  /** Makes up to some hundred megabytes. */
  private static final int MOST_HISTORIES = 1_000;

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
      names = "--history",
      paramLabel = "FILE",
      description =
          "Write what the clients asked and were told to this file, as docs/history-format.md says;"
              + " for at most 1000 seeds.")
  private @Nullable String history;

  @Override
  Function<Progress, StoreReport> prepare(SeedPlan seeds) {
    StorePlan plan = new StorePlan(seeds, clients, keys);
    if (history != null && seeds.count() > MOST_HISTORIES) {
      throw CommandFailure.usage("--history is for at most " + MOST_HISTORIES + " seeds");
    }
    return progress -> run(plan, progress);
  }

  private StoreReport run(StorePlan plan, Progress progress) {
    if (history == null) {
      return new ExploreStore(plan).run(progress);
    }
    try (HistoryOutput output = HistoryOutput.to(history)) {
      return new ExploreStore(plan, output::add).run(progress);
    }
  }

  @Override
  String ownOptions() {
    return SeedRange.option("--clients", clients, DEFAULT_CLIENTS)
        + SeedRange.option("--keys", keys, DEFAULT_KEYS);
  }

  @Override
  void figures(StoreReport report, double wallSeconds, ObjectNode json) {
    StoreCounts counts = report.counts();
    json.put("operations", counts.operations())
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
  }

  @Override
  List<String> lines(StoreReport report, double wallSeconds) {
    StoreCounts counts = report.counts();
    return List.of(
        line(
            "%,d seeds, %,d violations, %,d lost writes",
            report.outcomes().size(), report.failures().size(), report.lostWrites()),
        line(
            "operations %,d: %,d ok, %,d conflict, %,d unavailable, %,d unknown",
            counts.operations(),
            counts.ok(),
            counts.conflict(),
            counts.unavailable(),
            counts.unknown()),
        line(
            "in reach   %,d with a majority of every arc in reach, %.2f %% of them not served"
                + " within 2 s",
            counts.withinReach(), 100 * counts.lateShare()),
        line("in all     %,d messages, which took %.1f s", report.messages(), wallSeconds));
  }
}
