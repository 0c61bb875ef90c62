package io.kringle.node.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The entry of {@code ./kringle}. */
@Command(
    name = "kringle",
    description = "A ring of nodes that routes by key, keeps records and carries topics.",
    mixinStandardHelpOptions = true,
    version = "Kringle 0.1.0",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      DemoCommand.class,
      NodeCommand.class,
      GetCommand.class,
      PutCommand.class,
      DeleteCommand.class,
      LocateCommand.class,
      RingCommand.class,
      ArcCommand.class,
      ScanCommand.class,
      LoadCommand.class,
      PublishCommand.class,
      SubscribeCommand.class,
      TopicCommand.class,
      WatchCommand.class,
      AnycastCommand.class,
      BroadcastCommand.class,
      SimCommand.class
    },
    footer = {
      "",
      "Exit codes: 0 done, 1 failed, 2 bad usage, 3 not found, 4 version conflict, 5 unavailable.",
      "Help on a command: kringle COMMAND --help"
    })
public final class Main implements Runnable {
  @Spec private CommandSpec spec;

  /** Made by picocli, which sets the fields. */
  @SuppressWarnings("NullAway.Init") // Justification: picocli injects the field before run().
  public Main() {}

  /** Runs one command and ends the process with its exit code. */
  public static void main(String... arguments) {
    PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    System.exit(line(out, err).execute(arguments));
  }

  static CommandLine line(PrintWriter out, PrintWriter err) {
    return new CommandLine(new Main())
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setOut(out)
        .setErr(err)
        .setExecutionExceptionHandler(
            (failure, line, parsed) -> {
              line.getErr().println("kringle: " + explain(failure));
              return failure instanceof CommandFailure ended ? ended.exit() : Exit.FAILED;
            })
        .setParameterExceptionHandler(
            (mistake, args) -> {
              CommandLine line = mistake.getCommandLine();
              line.getErr().println("kringle: " + oneLine(String.valueOf(mistake.getMessage())));
              line.getErr().println("Try: " + line.getCommandSpec().qualifiedName() + " --help");
              return Exit.USAGE;
            });
  }

  private static String explain(Exception failure) {
    String message = failure.getMessage();
    if (failure instanceof CommandFailure && message != null) {
      return oneLine(message);
    }
    return failure.getClass().getSimpleName() + (message == null ? "" : ": " + oneLine(message));
  }

  private static String oneLine(String text) {
    return text.replaceAll("\\s*[\\r\\n]+\\s*", " ");
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "a command is missing");
  }
}
