package io.kringle.node.cli;

import java.net.URI;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The options of every command that talks to a node. */
final class NodeAddress {
  private static final String DEFAULT = "http://127.0.0.1:7070";

  @Option(
      names = "--node",
      paramLabel = "URL",
      description =
          "HTTP address of the node to talk to (default: $$KRINGLE_NODE, else " + DEFAULT + ").")
  private Optional<String> url = Optional.empty();

  @Option(names = "--json", description = "Print JSON, for machines.")
  private boolean json;

  HttpNode connect() {
    String text = url.or(() -> Optional.ofNullable(System.getenv("KRINGLE_NODE"))).orElse(DEFAULT);
    try {
      URI uri = URI.create(text);
      if (!"http".equals(uri.getScheme()) || uri.getHost() == null) {
        throw CommandFailure.usage("not an http://host:port address: '" + text + "'");
      }
      return new HttpNode(uri);
    } catch (IllegalArgumentException malformed) {
      throw CommandFailure.usage("not an http://host:port address: '" + text + "'");
    }
  }

  boolean json() {
    return json;
  }
}
