package io.kringle.node.cli;

import io.kringle.testkit.history.HistoryLine;
import io.kringle.testkit.history.Operation;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A file that the histories of runs are written to, each when its run is over. By any thread; the
 * lines of a run stay together.
 */
final class HistoryOutput implements AutoCloseable {
  private final String file;
  private final BufferedWriter out;

  private HistoryOutput(String file, BufferedWriter out) {
    this.file = file;
    this.out = out;
  }

  /** Begins a file, in place of what it held. */
  static HistoryOutput to(String file) {
    try {
      return new HistoryOutput(file, Files.newBufferedWriter(Path.of(file)));
    } catch (IOException | InvalidPathException unwritable) {
      throw CommandFailure.usage("cannot write the history to '" + file + "': " + unwritable);
    }
  }

  /** Adds a run. */
  synchronized void add(long seed, List<Operation> operations) {
    try {
      for (Operation operation : operations) {
        out.write(new HistoryLine(Optional.of(seed), operation).toJson());
        out.write('\n');
      }
    } catch (IOException full) {
      throw broken(full);
    }
  }

  private CommandFailure broken(IOException why) {
    return new CommandFailure(Exit.FAILED, "cannot write the history to '" + file + "': " + why);
  }

  @Override
  public synchronized void close() {
    try {
      out.close();
    } catch (IOException full) {
      throw broken(full);
    }
  }
}
