package io.kringle.node.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kringle.testkit.history.HistoryLine;
import io.kringle.testkit.history.HistoryReader;
import io.kringle.testkit.history.Linearizability;
import io.kringle.testkit.history.Linearizability.Broken;
import io.kringle.testkit.history.Linearizability.Counting;
import io.kringle.testkit.history.Linearizability.Holds;
import io.kringle.testkit.history.Linearizability.Undecided;
import io.kringle.testkit.history.Linearizability.Verdict;
import io.kringle.testkit.history.MalformedHistoryException;
import io.kringle.testkit.history.Operation;
import io.kringle.testkit.history.Sightings;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code sim check}: whether recorded histories are linearizable. */
@Command(
    name = "check",
    description = {
      "Read histories, as 'sim store --history' writes them, and say whether each key's answers can"
          + " all have come from one register.",
      "docs/history-format.md tells the format. Exits 1 if one cannot, or if it was not found out"
          + " within the steps."
    },
    mixinStandardHelpOptions = true)
final class SimCheckCommand implements Callable<Integer> {
  private static final int DEFAULT_STEPS = 5_000_000;

  /** Of those that no order goes on with. */
  private static final int MOST_SHOWN = 3;

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "FILE", description = "JSON Lines; - is standard input.")
  private String file;

  @Option(
      names = "--steps",
      paramLabel = "N",
      description =
          "After so many steps the search for an order of one key is given up;"
              + " ${DEFAULT-VALUE} by default.")
  private int steps = DEFAULT_STEPS;

  @Option(
      names = "--versions",
      paramLabel = "step-by-step|ascending",
      description =
          "How a register gives versions: by one, and what is deleted may be forgotten; or any"
              + " that is higher. ${DEFAULT-VALUE} by default.",
      converter = Versions.class)
  private Counting versions = Counting.STEP_BY_STEP;

  @Option(names = "--json", description = "Print the verdict as one JSON object.")
  private boolean json;

  @SuppressWarnings("NullAway.Init") // Justification: picocli injects the fields before call().
  SimCheckCommand() {}

  /** Its words are those of the command line. */
  private static final class Versions implements ITypeConverter<Counting> {
    @Override
    public Counting convert(String value) {
      return switch (value) {
        case "step-by-step" -> Counting.STEP_BY_STEP;
        case "ascending" -> Counting.ASCENDING;
        default ->
            throw new TypeConversionException(
                "'" + value + "' is neither step-by-step nor ascending");
      };
    }
  }

  /**
   * The first run that is not in order, or the last one.
   *
   * @param contradiction of versions that were seen, if any
   */
  private record Found(Optional<Long> seed, Verdict verdict, Optional<String> contradiction) {
    boolean isWrong() {
      return !(verdict instanceof Holds) || contradiction.isPresent();
    }
  }

  @Override
  public Integer call() {
    if (steps < 1) {
      throw CommandFailure.usage("--steps is at least 1, not " + steps);
    }
    Map<Optional<Long>, List<Operation>> runs = read();
    Found found = check(runs);
    PrintWriter out = spec.commandLine().getOut();
    out.println(json ? json(runs, found) : text(runs, found));
    return found.isWrong() ? Exit.FAILED : Exit.DONE;
  }

  private Map<Optional<Long>, List<Operation>> read() {
    try (InputStream in = Source.open(file)) {
      return HistoryReader.read(in);
    } catch (MalformedHistoryException malformed) {
      throw CommandFailure.usage("'" + file + "' is no history: " + malformed.getMessage());
    } catch (IOException unreadable) {
      throw CommandFailure.usage("cannot read the file '" + file + "': " + unreadable);
    }
  }

  private Found check(Map<Optional<Long>, List<Operation>> runs) {
    Linearizability checker = new Linearizability(steps, versions);
    Found found = new Found(Optional.empty(), new Holds(), Optional.empty());
    for (Map.Entry<Optional<Long>, List<Operation>> run : runs.entrySet()) {
      found =
          new Found(
              run.getKey(), checker.check(run.getValue()), Sightings.contradiction(run.getValue()));
      if (found.isWrong()) {
        return found;
      }
    }
    return found;
  }

  private static long operations(Map<Optional<Long>, List<Operation>> runs) {
    return runs.values().stream().mapToLong(List::size).sum();
  }

  // ---- as text

  private String text(Map<Optional<Long>, List<Operation>> runs, Found found) {
    if (found.verdict() instanceof Broken broken) {
      return text(broken, found.seed());
    }
    if (found.contradiction().isPresent()) {
      return found.seed().map(number -> "seed " + number + ": ").orElse("")
          + found.contradiction().get();
    }
    return found.verdict() instanceof Undecided undecided
        ? "undecided: no order within %,d steps for %s"
            .formatted(steps, place(undecided.key(), found.seed()))
        : "linearizable: %,d operations in %,d runs".formatted(operations(runs), runs.size());
  }

  private static String text(Broken broken, Optional<Long> seed) {
    List<Operation> reached = broken.reached();
    List<Operation> left = new ArrayList<>(broken.operations());
    left.removeAll(reached);
    List<String> lines = new ArrayList<>();
    lines.add(
        "not linearizable: %s, of whose %,d operations an order is found for %,d"
            .formatted(place(broken.key(), seed), broken.operations().size(), reached.size()));
    if (!reached.isEmpty()) {
      lines.add("the last of them:");
      lines.add("  " + line(seed, reached.get(reached.size() - 1)));
    }
    lines.add("none goes on with any of:");
    left.stream().limit(MOST_SHOWN).forEach(next -> lines.add("  " + line(seed, next)));
    return String.join(System.lineSeparator(), lines);
  }

  private static String place(String key, Optional<Long> seed) {
    return "'" + key + "'" + seed.map(number -> " of seed " + number).orElse("");
  }

  private static String line(Optional<Long> seed, Operation operation) {
    return new HistoryLine(seed, operation).toJson();
  }

  // ---- as JSON

  private static String json(Map<Optional<Long>, List<Operation>> runs, Found found) {
    ObjectNode object =
        HttpNode.JSON
            .createObjectNode()
            .put("runs", runs.size())
            .put("operations", operations(runs));
    if (found.verdict() instanceof Broken broken) {
      object.put("verdict", "broken").put("key", broken.key());
      object.put("ordered", broken.reached().size());
    } else if (found.contradiction().isPresent()) {
      object.put("verdict", "broken").put("contradiction", found.contradiction().get());
    } else if (found.verdict() instanceof Undecided undecided) {
      object.put("verdict", "undecided").put("key", undecided.key());
    } else {
      return object.put("verdict", "linearizable").toString();
    }
    found.seed().ifPresent(seed -> object.put("seed", seed));
    return object.toString();
  }
}
