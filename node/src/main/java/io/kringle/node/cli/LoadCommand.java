package io.kringle.node.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.kringle.ring.Bytes;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code load FILE --key FIELD}: JSON Lines or CSV into the store. */
@Command(
    name = "load",
    description = {
      "Store every row of a file: JSON Lines, or CSV with a header line.",
      "Each row is stored as JSON under the value of its key field; a key that has a value already"
          + " is overwritten.",
      "Rows that cannot be stored are reported with their line numbers, and the command then exits"
          + " 1.",
      "Nothing is resumed: run again, it starts from the first row."
    },
    mixinStandardHelpOptions = true)
final class LoadCommand implements Callable<Integer> {
  @Mixin private final NodeAddress node = new NodeAddress();

  @Parameters(paramLabel = "FILE", description = "The file; - for standard input.")
  private String file = "";

  @Option(
      names = "--key",
      required = true,
      paramLabel = "FIELD",
      description = "The field that holds the key.")
  private String field = "";

  @Override
  public Integer call() throws IOException, InterruptedException {
    try (Source source = Source.open(file)) {
      HttpNode http = node.connect();
      http.getJson("/v1/ring");
      Progress progress = Progress.onStandardError("loaded", done -> source.share());
      Loader loader = new Loader(List.of(http), progress);
      long start = System.nanoTime();
      try {
        Rows rows = Rows.read(source);
        for (Optional<Rows.Row> row = rows.next(); row.isPresent(); row = rows.next()) {
          store(row.get(), loader);
        }
      } finally {
        loader.finish();
        progress.finish();
      }
      summarize(loader, (System.nanoTime() - start) / 1e9, System.err);
      return loader.refused() == 0 ? Exit.DONE : Exit.FAILED;
    }
  }

  private void store(Rows.Row row, Loader loader) throws InterruptedException {
    if (row instanceof Rows.Refused refused) {
      loader.refuse(refused.line(), refused.reason());
    } else if (row instanceof Rows.Good good) {
      JsonNode key = good.object().path(field);
      if (!key.isValueNode() || key.isNull() || key.asText().isEmpty()) {
        loader.refuse(good.line(), "no field '" + field + "' to take the key from");
      } else {
        loader.put(good.line(), key.asText(), Bytes.utf8(good.object().toString()));
      }
    }
  }

  private void summarize(Loader loader, double seconds, PrintStream report) {
    for (Loader.Refusal refusal : loader.refusals()) {
      report.println("  line " + refusal.line() + ": " + refusal.reason());
    }
    long unnamed = loader.refused() - loader.refusals().size();
    if (unnamed > 0) {
      report.println("  and " + unnamed + " more");
    }
    if (node.json()) {
      System.out.println(
          HttpNode.JSON
              .createObjectNode()
              .put("stored", loader.stored())
              .put("refused", loader.refused())
              .put("seconds", seconds));
    } else {
      System.out.printf(
          Locale.ROOT,
          "stored %,d, refused %,d, in %.1f s%n",
          loader.stored(),
          loader.refused(),
          seconds);
    }
  }
}
