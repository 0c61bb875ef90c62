package io.kringle.node.cli;

import io.kringle.node.sim.OverlayPlan;
import io.kringle.node.sim.OverlayReport;
import io.kringle.node.sim.OverlaySimulation;
import io.kringle.node.sim.Sessions;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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
  @Spec private CommandSpec spec;

  @Mixin private final SimulatedWorld world = new SimulatedWorld();

  @Option(
      names = "--nodes",
      required = true,
      paramLabel = "N",
      description = "How many nodes, 1 to 100000.")
  private int nodes;

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
      names = "--session",
      paramLabel = "D",
      converter = DurationOption.class,
      description =
          "How long a node stays on average before it vanishes and another comes; for ever by"
              + " default.")
  private @Nullable Duration session;

  @Option(
      names = "--sessions",
      paramLabel = "exponential|pareto",
      description =
          "How the lengths of sessions are distributed: exponential, or pareto with shape 2, where"
              + " most are short and some are very long. ${DEFAULT-VALUE} by default.")
  private Sessions sessions = Sessions.EXPONENTIAL;

  @Option(
      names = "--churn",
      paramLabel = "FILE",
      description =
          "Who comes and goes, instead of sessions: lines 'seconds join|leave node', in seconds"
              + " since the lookups began. The nodes of the ring are called 0 to N-1.")
  private @Nullable Path churn;

  @Option(
      names = "--trace-lookup",
      paramLabel = "NUMBER",
      description =
          "Print every message that carries this lookup, the first being 0, to standard error.")
  private @Nullable Integer tracedLookup;

  @Option(
      names = "--trace-node",
      paramLabel = "HOST",
      description =
          "Print every message from or to this node, such as node-17 of node-17:7400, while"
              + " lookups go on, to standard error; up to 10000 lines.")
  private @Nullable String tracedNode;

  @Option(names = "--json", description = "Print the report as one JSON object.")
  private boolean json;

  @SuppressWarnings("NullAway.Init") // Justification: picocli injects the field before call().
  SimOverlayCommand() {}

  @Override
  public Integer call() {
    OverlaySimulation simulation = simulation();
    long start = System.nanoTime();
    Progress joined = Progress.of("joined", nodes);
    try {
      simulation.form(joined);
      joined.finish();
      trace(simulation);
      Progress lookedUp = Progress.of("looked up", lookups);
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
      out.println(
          "what ways they took, "
              + report.lookups().astray()
              + ": the same with --trace-lookup and a number");
    }
    out.println(
        json
            ? OverlayText.json(report, wallSeconds)
            : OverlayText.text(report, simulation.plan(), wallSeconds));
    return report.lookups().areFlawless() ? Exit.DONE : Exit.FAILED;
  }

  private void trace(OverlaySimulation simulation) {
    PrintWriter err = spec.commandLine().getErr();
    if (tracedLookup != null) {
      simulation.traceLookup(tracedLookup, err::println);
    } else if (tracedNode != null) {
      simulation.traceNode(tracedNode, err::println);
    }
  }

  private OverlaySimulation simulation() {
    try {
      return new OverlaySimulation(
          new OverlayPlan(
              nodes,
              world.seed(),
              lookups,
              duration,
              loss,
              world.latencies(),
              Optional.ofNullable(session),
              sessions,
              Optional.ofNullable(churn)));
    } catch (IllegalArgumentException outOfRange) {
      throw CommandFailure.usage(String.valueOf(outOfRange.getMessage()));
    } catch (IOException unreadable) {
      throw CommandFailure.usage("cannot be read: " + unreadable.getMessage());
    }
  }

  /** The command line that does the same once more. */
  private String again() {
    return "./kringle sim overlay --nodes "
        + nodes
        + SimulatedWorld.options(world.seed(), world.latencies())
        + " --lookups "
        + lookups
        + " --duration "
        + duration.toMillis()
        + "ms"
        + (loss == 0 ? "" : " --loss " + loss)
        + (session == null ? "" : " --session " + session.toMillis() + "ms")
        + (sessions == Sessions.EXPONENTIAL ? "" : " --sessions " + sessions)
        + (churn == null ? "" : " --churn " + churn);
  }
}
