package io.kringle.node.cli;

import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** What a simulated ring lives in, as an option of commands. */
final class SimulatedWorld {
  private static final String EUCLID = "euclid";

  @Option(
      names = "--seed",
      paramLabel = "S",
      description = "The seed of every random choice; ${DEFAULT-VALUE} by default.")
  private long seed = 1;

  @Option(
      names = "--latencies",
      paramLabel = "FILE|euclid",
      description =
          "A square matrix of round trips in milliseconds, separated by white space, half of which"
              + " is one way; or points in a square, 70 ms apart on average. ${DEFAULT-VALUE} by"
              + " default.")
  private String latencies = EUCLID;

  long seed() {
    return seed;
  }

  /** The matrix; empty: points in a square. */
  Optional<Path> latencies() {
    return latencies.equals(EUCLID) ? Optional.empty() : Optional.of(Path.of(latencies));
  }

  /** The options that name this world once more. */
  static String options(long seed, Optional<Path> latencies) {
    return " --seed " + seed + latencies.map(file -> " --latencies " + file).orElse("");
  }
}
