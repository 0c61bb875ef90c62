package io.kringle.node.cli;

import io.kringle.node.sim.TreesPlan;
import io.kringle.node.sim.TreesReport;
import io.kringle.node.sim.TreesSimulation;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sim trees}: how the trees of topics spread messages over many nodes. */
@Command(
    name = "trees",
    description = {
      "Form a ring of whole nodes by joins, have some of them subscribe to each topic, publish, and"
          + " measure how long messages are on their way from the topic's root.",
      "Exits 1 if a message was missed or came twice, or a mark is missed: on average 1.7 times as"
          + " long as straight from the root, 16 copies of a message by a node, and no node in more"
          + " than 5 times as many trees as the average one."
    },
    mixinStandardHelpOptions = true)
final class SimTreesCommand implements Callable<Integer> {
  private static final int DEFAULT_TOPICS = 1;
  private static final int DEFAULT_MESSAGES = 10;

  @Spec private CommandSpec spec;

  @Mixin private final SimulatedWorld world = new SimulatedWorld();

  @Option(
      names = "--nodes",
      required = true,
      paramLabel = "N",
      description = "How many nodes, 1 to 20000.")
  private int nodes;

  @Option(
      names = "--topics",
      paramLabel = "T",
      description = "How many topics, 1 to 10000; ${DEFAULT-VALUE} by default.")
  private int topics = DEFAULT_TOPICS;

  @Option(
      names = "--subscribers",
      paramLabel = "M",
      description = "How many nodes subscribe to each topic; all of them by default.")
  private int subscribers;

  @Option(
      names = "--messages",
      paramLabel = "K",
      description = "How many are published on each topic, 1 to 1000; ${DEFAULT-VALUE} by default.")
  private int messages = DEFAULT_MESSAGES;

  @Option(names = "--json", description = "Print the report as one JSON object.")
  private boolean json;

  @SuppressWarnings("NullAway.Init") // Justification: picocli injects the field before call().
  SimTreesCommand() {}

  @Override
  public Integer call() {
    TreesSimulation simulation = simulation();
    TreesPlan plan = simulation.plan();
    long start = System.nanoTime();
    try {
      Progress joined = Progress.of("joined", plan.nodes());
      simulation.form(joined);
      joined.finish();
      Progress subscribed = Progress.of("subscribed", plan.subscriptions());
      simulation.subscribe(subscribed);
      subscribed.finish();
      Progress delivered = Progress.of("delivered", plan.deliveries());
      simulation.publish(delivered);
      delivered.finish();
    } catch (IllegalStateException broken) {
      throw new CommandFailure(Exit.FAILED, again(plan) + ": " + broken.getMessage());
    }
    double wallSeconds = (System.nanoTime() - start) / 1e9;
    TreesReport report = simulation.report();
    spec.commandLine()
        .getOut()
        .println(json ? TreesText.json(report, wallSeconds) : TreesText.text(report, wallSeconds));
    return report.marksHold() ? Exit.DONE : Exit.FAILED;
  }

  private TreesSimulation simulation() {
    try {
      boolean isSaid = spec.commandLine().getParseResult().hasMatchedOption("--subscribers");
      int each = isSaid ? subscribers : nodes;
      return new TreesSimulation(
          new TreesPlan(nodes, topics, each, messages, world.seed(), world.latencies()));
    } catch (IllegalArgumentException outOfRange) {
      throw CommandFailure.usage(String.valueOf(outOfRange.getMessage()));
    } catch (IOException unreadable) {
      throw CommandFailure.usage("cannot be read: " + unreadable.getMessage());
    }
  }

  /** The command line that does the same once more. */
  private String again(TreesPlan plan) {
    return "./kringle sim trees --nodes "
        + plan.nodes()
        + " --topics "
        + plan.topics()
        + " --subscribers "
        + plan.subscribers()
        + " --messages "
        + plan.messages()
        + SimulatedWorld.options(plan.seed(), plan.latencies());
  }
}
