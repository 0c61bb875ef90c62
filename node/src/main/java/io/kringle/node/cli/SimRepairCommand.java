package io.kringle.node.cli;

import io.kringle.node.sim.RepairFault;
import io.kringle.node.sim.RepairPlan;
import io.kringle.node.sim.RepairReport;
import io.kringle.node.sim.RepairSimulation;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sim repair}: how long a ring takes to be whole again after one big fault. */
@Command(
    name = "repair",
    description = {
      "Form a ring by joins, give it three minutes, then have one big fault happen to it.",
      "crash: half of the nodes vanish; exits 1 if a lookup goes wrong that begins over a minute"
          + " later.",
      "split: two halves do not hear each other for ten minutes; exits 1 if they are not one ring a"
          + " minute after that.",
      "crowd: many nodes join at the same moment; exits 1 if one is refused.",
      "Exits 1 as well if there is no one ring ten minutes after the fault."
    },
    mixinStandardHelpOptions = true)
final class SimRepairCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Mixin private final SimulatedWorld world = new SimulatedWorld();

  @Option(
      names = "--fault",
      required = true,
      paramLabel = "crash|split|crowd",
      description = "What happens to the ring.")
  private String fault;

  @Option(
      names = "--nodes",
      paramLabel = "N",
      description = "How many nodes form it, 2 to 5000; ${DEFAULT-VALUE} by default.")
  private int nodes = RepairPlan.DEFAULT_NODES;

  @Option(
      names = "--crowd",
      paramLabel = "C",
      description = "How many nodes a crowd has, 1 to 5000; 100 by default.")
  private @Nullable Integer crowd;

  @Option(names = "--json", description = "Print the report as one JSON object.")
  private boolean json;

  @SuppressWarnings("NullAway.Init") // Justification: picocli injects the fields before call().
  SimRepairCommand() {}

  @Override
  public Integer call() {
    RepairPlan plan = plan();
    RepairSimulation simulation = simulation(plan);
    long start = System.nanoTime();
    RepairReport report = run(simulation, plan);
    double wallSeconds = (System.nanoTime() - start) / 1e9;
    PrintWriter out = spec.commandLine().getOut();
    RepairText.complaint(report).ifPresent(out::println);
    out.println(json ? RepairText.json(report, wallSeconds) : RepairText.text(report, wallSeconds));
    return RepairText.exit(report);
  }

  private static RepairReport run(RepairSimulation simulation, RepairPlan plan) {
    Progress joined = Progress.of("joined", plan.nodes());
    try {
      simulation.form(joined);
    } catch (IllegalStateException broken) {
      throw new CommandFailure(Exit.FAILED, RepairText.again(plan) + ": " + broken.getMessage());
    }
    joined.finish();
    Progress passed = Progress.of("virtual seconds");
    RepairReport report = simulation.repair(passed);
    passed.finish();
    return report;
  }

  private RepairPlan plan() {
    try {
      RepairFault kind = fault();
      if (crowd != null && kind != RepairFault.CROWD) {
        throw CommandFailure.usage("--crowd is for --fault crowd");
      }
      return new RepairPlan(
          kind,
          nodes,
          crowd == null ? RepairPlan.DEFAULT_CROWD : crowd,
          world.seed(),
          world.latencies());
    } catch (IllegalArgumentException outOfRange) {
      throw CommandFailure.usage(String.valueOf(outOfRange.getMessage()));
    }
  }

  private RepairFault fault() {
    return Arrays.stream(RepairFault.values())
        .filter(kind -> RepairText.name(kind).equals(fault))
        .findFirst()
        .orElseThrow(() -> CommandFailure.usage("a fault is crash, split or crowd, not " + fault));
  }

  private static RepairSimulation simulation(RepairPlan plan) {
    try {
      return new RepairSimulation(plan);
    } catch (IOException unreadable) {
      throw CommandFailure.usage("latencies cannot be read: " + unreadable.getMessage());
    }
  }
}
