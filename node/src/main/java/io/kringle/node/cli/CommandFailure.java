package io.kringle.node.cli;

/** Ends a command with one line on stderr and an exit code. */
final class CommandFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int exit;

  CommandFailure(int exit, String line) {
    super(line, null, false, false);
    this.exit = exit;
  }

  static CommandFailure usage(String line) {
    return new CommandFailure(Exit.USAGE, line);
  }

  int exit() {
    return exit;
  }
}
