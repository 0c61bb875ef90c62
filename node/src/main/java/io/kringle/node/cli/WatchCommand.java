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
import picocli.CommandLine.Parameters;

/** {@code watch K}: prints what is there and what changes, also across a restart of the node. */
@Command(
    name = "watch",
    description = {
      "Print a key, or all keys with a prefix, and each change of theirs, a line each, until"
          + " interrupted: version, key and value, or 'deleted'. After a line 'reset' everything is"
          + " told anew."
    },
    mixinStandardHelpOptions = true)
final class WatchCommand implements Callable<Integer> {
  @Mixin private final NodeAddress node = new NodeAddress();

  @Parameters(paramLabel = "K", arity = "0..1", description = "The key.")
  private String key = "";

  @Option(
      names = "--prefix",
      paramLabel = "P",
      description = "All keys that begin with this; '' is all.")
  private String prefix = NONE;

  /** No prefix can be this. */
  private static final String NONE = "\u0000";

  @Override
  public Integer call() throws InterruptedException {
    boolean isPrefix = !prefix.equals(NONE);
    if (isPrefix != key.isEmpty()) {
      throw CommandFailure.usage("name a key, or a --prefix");
    }
    String path =
        "/v1/watch?"
            + (isPrefix ? "prefix=" + HttpNode.segment(prefix) : "key=" + HttpNode.segment(key));
    return new Listening(node.connect(), path, request -> request, this::print).forever();
  }

  private void print(EventStream.Event event) {
    PrintStream out = System.out;
    JsonNode data = Listening.json(event);
    String type = event.type();
    if (node.json()) {
      ObjectNode line = HttpNode.JSON.createObjectNode().put("event", type);
      if (data.has("key")) {
        line.put("key", data.path("key").asText()).put("version", data.path("version").asLong());
      }
      if (type.equals("put")) {
        Output.putValue(line, value(data));
      }
      out.println(line);
    } else if (type.equals("put") || type.equals("deleted")) {
      out.print(data.path("version").asLong() + "\t" + data.path("key").asText() + "\t");
      byte[] text = type.equals("put") ? value(data) : type.getBytes(StandardCharsets.UTF_8);
      out.write(text, 0, text.length);
      out.println();
    } else if (type.equals("reset")) {
      out.println(type);
    }
    out.flush();
  }

  private static byte[] value(JsonNode data) {
    return data.has("base64")
        ? Base64.getDecoder().decode(data.path("base64").asText())
        : data.path("value").asText().getBytes(StandardCharsets.UTF_8);
  }
}
