package io.kringle.node.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kringle.node.sim.LookupFigures;
import io.kringle.node.sim.OverlayPlan;
import io.kringle.node.sim.OverlayReport;
import io.kringle.node.sim.OverlaySimulation;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryType;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sim overlay}: how a ring of many nodes forms, keeps itself and finds keys. */
@Command(
    name = "overlay",
    description = {
      "Form a ring by joins, give it three minutes, then look up random keys from random nodes.",
      "Exits 1 if a lookup was lost or arrived at a node that is not the closest to its key."
    },
    mixinStandardHelpOptions = true)
final class SimOverlayCommand implements Callable<Integer> {
  private static final String EUCLID = "euclid";

  @Spec private CommandSpec spec;

  @Option(
      names = "--nodes",
      required = true,
      paramLabel = "N",
      description = "How many nodes, 1 to 100000.")
  private int nodes;

  @Option(
      names = "--seed",
      paramLabel = "S",
      description = "The seed of every random choice; ${DEFAULT-VALUE} by default.")
  private long seed = 1;

  @Option(
      names = "--lookups",
      paramLabel = "L",
      description = "How many lookups; ${DEFAULT-VALUE} by default.")
  private int lookups = 10_000;

  @Option(
      names = "--duration",
      paramLabel = "D",
      converter = DurationOption.class,
      defaultValue = "60s",
      description =
          "The virtual time that the lookups are spread over, such as 500ms, 90s, 5m or 2h;"
              + " ${DEFAULT-VALUE} by default.")
  private Duration duration = Duration.ZERO;

  @Option(
      names = "--loss",
      paramLabel = "P",
      description =
          "The probability that a message is lost, 0 to 0.5; ${DEFAULT-VALUE} by default.")
  private double loss;

  @Option(
      names = "--latencies",
      paramLabel = "FILE|euclid",
      description =
          "A square matrix of round trips in milliseconds, separated by white space, half of which"
              + " is one way; or points in a square, 70 ms apart on average. ${DEFAULT-VALUE} by"
              + " default.")
  private String latencies = EUCLID;

  @Option(
      names = "--session",
      paramLabel = "D",
      converter = DurationOption.class,
      description =
          "How long a node stays on average (exponentially distributed) before it vanishes and"
              + " another comes; for ever by default.")
  private @Nullable Duration session;

  @Option(names = "--json", description = "Print the report as one JSON object.")
  private boolean json;

  @SuppressWarnings("NullAway.Init") // Justification: picocli injects the field before call().
  SimOverlayCommand() {}

  @Override
  public Integer call() {
    OverlaySimulation simulation = simulation();
    long start = System.nanoTime();
    Progress joined = progress("joined", nodes);
    try {
      simulation.form(joined);
      joined.finish();
      Progress lookedUp = progress("looked up", lookups);
      simulation.lookUp(lookedUp);
      lookedUp.finish();
    } catch (IllegalStateException broken) {
      throw new CommandFailure(Exit.FAILED, again() + ": " + broken.getMessage());
    }
    double wallSeconds = (System.nanoTime() - start) / 1e9;
    OverlayReport report = simulation.report();
    PrintWriter out = spec.commandLine().getOut();
    if (!report.lookups().areFlawless()) {
      out.println("again with: " + again());
    }
    out.println(json ? json(report, wallSeconds) : text(report, wallSeconds));
    return report.lookups().areFlawless() ? Exit.DONE : Exit.FAILED;
  }

  private OverlaySimulation simulation() {
    try {
      Optional<Path> matrix =
          latencies.equals(EUCLID) ? Optional.empty() : Optional.of(Path.of(latencies));
      return new OverlaySimulation(
          new OverlayPlan(
              nodes, seed, lookups, duration, loss, matrix, Optional.ofNullable(session)));
    } catch (IllegalArgumentException outOfRange) {
      throw CommandFailure.usage(String.valueOf(outOfRange.getMessage()));
    } catch (IOException unreadable) {
      throw CommandFailure.usage("latencies cannot be read: " + unreadable.getMessage());
    }
  }

  /** The command line that does the same once more. */
  private String again() {
    return "./kringle sim overlay --nodes "
        + nodes
        + " --seed "
        + seed
        + " --lookups "
        + lookups
        + " --duration "
        + duration.toMillis()
        + "ms"
        + (loss == 0 ? "" : " --loss " + loss)
        + (latencies.equals(EUCLID) ? "" : " --latencies " + latencies)
        + (session == null ? "" : " --session " + session.toMillis() + "ms");
  }

  private static Progress progress(String label, long total) {
    boolean terminal = Boolean.getBoolean("kringle.terminal.err");
    return new Progress(label, done -> (double) done / total, System.err, terminal);
  }

  private static String json(OverlayReport report, double wallSeconds) {
    LookupFigures figures = report.lookups();
    ObjectNode object =
        HttpNode.JSON
            .createObjectNode()
            .put("nodes", report.nodes())
            .put("lookups", figures.begun())
            .put("lost", figures.lost())
            .put("misdelivered", figures.misdelivered())
            .put("issuer_died", figures.orphaned())
            .put("hops_mean", figures.hops().mean())
            .put("hops_p99", (int) figures.hops().p99())
            .put("hops_max", (int) figures.hops().max())
            .put("stretch", figures.stretch())
            .put("stretch_p50", figures.ratios().p50())
            .put("stretch_p90", figures.ratios().p90())
            .put("maintenance_msgs_per_node_s", report.maintenancePerNodeSecond())
            .put("join_ms_p50", report.joins().p50())
            .put("join_ms_p99", report.joins().p99())
            .put("joins_failed", report.joinsFailed())
            .put("messages", report.messages())
            .put("virtual_s", report.virtualSeconds())
            .put("wall_s", wallSeconds)
            .put("peak_heap_mb", peakHeapMegabytes())
            .put("trace_hash", HexFormat.of().toHexDigits(report.traceHash()));
    ObjectNode types = object.putObject("messages_by_type");
    report.messagesByType().forEach(types::put);
    return object.toString();
  }

  /** The most that any collection of garbage has found in use, all kinds of memory together. */
  private static long peakHeapMegabytes() {
    return ManagementFactory.getMemoryPoolMXBeans().stream()
            .filter(pool -> pool.getType() == MemoryType.HEAP)
            .mapToLong(pool -> pool.getPeakUsage().getUsed())
            .sum()
        >> 20;
  }

  private String text(OverlayReport report, double wallSeconds) {
    LookupFigures figures = report.lookups();
    List<String> lines = new ArrayList<>();
    lines.add(line("%,d nodes, seed %d, %s of messages lost", nodes, seed, percent(loss)));
    lines.add(
        line(
            "joins        %.0f ms half of them, %.0f ms 99 of 100; %,d tries failed",
            report.joins().p50(), report.joins().p99(), report.joinsFailed()));
    lines.add(
        line(
            "lookups      %,d: %,d lost, %,d misdelivered, %,d with who began them",
            figures.begun(), figures.lost(), figures.misdelivered(), figures.orphaned()));
    lines.add(
        line(
            "hops         %.2f on average, %.0f for 99 of 100, %.0f at most",
            figures.hops().mean(), figures.hops().p99(), figures.hops().max()));
    lines.add(
        line(
            "stretch      %.2f on average, %.2f for half of them, %.2f for 90 of 100",
            figures.stretch(), figures.ratios().p50(), figures.ratios().p90()));
    lines.add(
        line("maintenance  %.3f messages per node and second", report.maintenancePerNodeSecond()));
    report.messagesByType().forEach((type, rate) -> lines.add(line("  %-20s %.4f", type, rate)));
    lines.add(
        line(
            "in all       %,d messages in %,.0f virtual seconds, which took %.1f s and %,d MB",
            report.messages(), report.virtualSeconds(), wallSeconds, peakHeapMegabytes()));
    lines.add(line("trace        %s", HexFormat.of().toHexDigits(report.traceHash())));
    return String.join(System.lineSeparator(), lines);
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.3g %%", 100 * share);
  }

  private static String line(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
