package io.kringle.node.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code scan}: prints the keys that have a value. */
@Command(
    name = "scan",
    description = "Print all keys that have a value, in the order of their ids, one to a line.",
    mixinStandardHelpOptions = true)
final class ScanCommand implements Callable<Integer> {
  private static final int PAGE = 500;

  @Mixin private final NodeAddress node = new NodeAddress();

  @Option(names = "--prefix", paramLabel = "P", description = "Only keys that begin with this.")
  private String prefix = "";

  @Option(names = "--limit", paramLabel = "N", description = "No more than so many.")
  private long limit = Long.MAX_VALUE;

  @Option(names = "--values", description = "Print each value behind its key, after a tab.")
  private boolean values;

  @Override
  public Integer call() throws InterruptedException {
    HttpNode http = node.connect();
    String next = "";
    long printed = 0;
    do {
      JsonNode page =
          http.getJson(
              "/v1/kv?limit="
                  + Math.max(1, Math.min(PAGE, limit - printed))
                  + "&prefix="
                  + HttpNode.segment(prefix)
                  + next);
      for (JsonNode entry : page.path("records")) {
        if (printed < limit) {
          print(entry);
          printed++;
        }
      }
      next = page.has("next") ? "&after=" + page.path("next").asText() : "";
    } while (!next.isEmpty() && printed < limit);
    return Exit.DONE;
  }

  private void print(JsonNode entry) {
    PrintStream out = System.out;
    String key = entry.path("key").asText();
    byte[] value =
        entry.has("base64")
            ? Base64.getDecoder().decode(entry.path("base64").asText())
            : entry.path("value").asText().getBytes(StandardCharsets.UTF_8);
    if (node.json()) {
      ObjectNode line = Output.entry(key, entry.path("version").asLong(), value);
      out.println(line);
    } else if (values) {
      out.print(key + "\t");
      out.write(value, 0, value.length);
      out.println();
    } else {
      out.println(key);
    }
  }
}
