package io.kringle.node.cli;

import io.kringle.node.sim.OverlayPlan;
import io.kringle.node.sim.OverlayReport;
import io.kringle.node.sim.OverlaySimulation;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sim overlay}: how a ring of many nodes forms, keeps itself and finds keys. */
@Command(
    name = "overlay",
    description = {
      "Form a ring by joins, let it rest for a minute, then look up random keys from random nodes.",
      "Exits 1 if a lookup was lost or arrived at a node that is not the closest to its key."
    },
    mixinStandardHelpOptions = true)
final class SimOverlayCommand implements Callable<Integer> {
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

  @Option(names = "--json", description = "Print the report as one JSON object.")
  private boolean json;

  @SuppressWarnings("NullAway.Init") // Justification: picocli injects the field before call().
  SimOverlayCommand() {}

  @Override
  public Integer call() {
    OverlaySimulation simulation = new OverlaySimulation(plan());
    long start = System.nanoTime();
    Progress joined = progress("joined", nodes);
    try {
      simulation.form(joined);
      joined.finish();
      simulation.rest();
      Progress lookedUp = progress("looked up", lookups);
      simulation.lookUp(lookedUp);
      lookedUp.finish();
    } catch (IllegalStateException broken) {
      throw new CommandFailure(Exit.FAILED, "seed " + seed + ": " + broken.getMessage());
    }
    double wallSeconds = (System.nanoTime() - start) / 1e9;
    OverlayReport report = simulation.report();
    PrintWriter out = spec.commandLine().getOut();
    out.println(json ? json(report, wallSeconds) : text(report, wallSeconds));
    return report.isFlawless() ? Exit.DONE : Exit.FAILED;
  }

  private OverlayPlan plan() {
    try {
      return new OverlayPlan(nodes, seed, lookups, duration, loss);
    } catch (IllegalArgumentException outOfRange) {
      throw CommandFailure.usage(String.valueOf(outOfRange.getMessage()));
    }
  }

  private static Progress progress(String label, long total) {
    boolean terminal = Boolean.getBoolean("kringle.terminal.err");
    return new Progress(label, done -> (double) done / total, System.err, terminal);
  }

  private static String json(OverlayReport report, double wallSeconds) {
    return HttpNode.JSON
        .createObjectNode()
        .put("nodes", report.nodes())
        .put("lookups", report.lookups())
        .put("lost", report.lost())
        .put("misdelivered", report.misdelivered())
        .put("hops_mean", report.hops().mean())
        .put("hops_p99", (int) report.hops().p99())
        .put("hops_max", (int) report.hops().max())
        .put("maintenance_msgs_per_node_s", report.maintenancePerNodeSecond())
        .put("join_ms_p50", report.joinMillis().p50())
        .put("join_ms_p99", report.joinMillis().p99())
        .put("messages", report.messages())
        .put("virtual_s", report.virtualSeconds())
        .put("wall_s", wallSeconds)
        .put("trace_hash", HexFormat.of().toHexDigits(report.traceHash()))
        .toString();
  }

  private String text(OverlayReport report, double wallSeconds) {
    return String.join(
        System.lineSeparator(),
        line("%,d nodes, seed %d, %s of messages lost", report.nodes(), seed, percent(loss)),
        line(
            "joins        %.0f ms half of them, %.0f ms 99 of 100",
            report.joinMillis().p50(), report.joinMillis().p99()),
        line(
            "maintenance  %.2f messages per node and second at rest",
            report.maintenancePerNodeSecond()),
        line(
            "lookups      %,d: %,d lost, %,d misdelivered",
            report.lookups(), report.lost(), report.misdelivered()),
        line(
            "hops         %.2f on average, %.0f for 99 of 100, %.0f at most",
            report.hops().mean(), report.hops().p99(), report.hops().max()),
        line(
            "in all       %,d messages in %,.0f virtual seconds, which took %.1f s",
            report.messages(), report.virtualSeconds(), wallSeconds),
        line("trace        %s", HexFormat.of().toHexDigits(report.traceHash())));
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.3g %%", 100 * share);
  }

  private static String line(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
