package io.kringle.node.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code sim …}: the simulator. */
@Command(
    name = "sim",
    description = {
      "Run many nodes in one process and in virtual time.",
      "A run is its seed: the same arguments give the same run, message for message."
    },
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "SIMULATION",
    subcommands = {
      SimOverlayCommand.class,
      SimExploreCommand.class,
      SimRepairCommand.class,
      SimStoreCommand.class,
      SimTopicsCommand.class,
      SimTreesCommand.class,
      SimCheckCommand.class
    })
final class SimCommand implements Runnable {
  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init") // Justification: picocli injects the field before run().
  SimCommand() {}

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "a simulation is missing");
  }
}
