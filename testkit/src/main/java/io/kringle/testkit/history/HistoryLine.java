package io.kringle.testkit.history;

import java.util.Optional;

/**
 * A line of a history file: an operation, and the run that it is of.
 *
 * @param seed of the run; empty in a file of one run. Operations of different runs have nothing to
 *     do with each other
 * @param operation what was asked and told
 */
public record HistoryLine(Optional<Long> seed, Operation operation) {
  /** The line as JSON in ASCII, without the end of the line. */
  public String toJson() {
    return HistoryJson.write(this);
  }
}
