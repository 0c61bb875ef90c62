package io.kringle.node.cli;

import io.kringle.node.NodeConfig;
import io.kringle.node.NodeProcess;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code node}: runs a node until it is told to stop. */
@Command(
    name = "node",
    description = {
      "Run a node. It prints 'ready id=<40 hex> listen=<h:p> http=<h:p>' once it has joined its"
          + " ring, or started one, and serves.",
      "Ctrl-C or SIGTERM lets it leave in order. Without --seeds and without data it starts a new"
          + " ring."
    },
    mixinStandardHelpOptions = true)
final class NodeCommand implements Callable<Integer> {
  @Option(
      names = "--listen",
      paramLabel = "H:P",
      description = "Where to listen for other nodes (default: 127.0.0.1:7400; port 0: any).")
  private Optional<String> listen = Optional.empty();

  @Option(
      names = "--advertise",
      paramLabel = "H:P",
      description = "Where other nodes reach this one, if not at --listen.")
  private Optional<String> advertise = Optional.empty();

  @Option(
      names = "--seeds",
      paramLabel = "H:P",
      split = ",",
      description = "Nodes to join through.")
  private List<String> seeds = List.of();

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description =
          "Where to keep identity, peers and records; without it nothing outlives the process.")
  private Optional<Path> data = Optional.empty();

  @Option(
      names = "--http",
      paramLabel = "H:P",
      description = "Where to serve HTTP (default: 127.0.0.1:7070; port 0: any).")
  private Optional<String> http = Optional.empty();

  @Option(
      names = "--id",
      paramLabel = "HEX",
      description =
          "The node's id, 40 hexadecimal digits (default: drawn at random, kept in --data).")
  private Optional<String> id = Optional.empty();

  @Option(
      names = "--replicas",
      paramLabel = "N",
      description = "How many nodes keep each record (default: 3).")
  private Optional<Integer> replicas = Optional.empty();

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "Settings in HOCON; every one is listed in reference.conf.")
  private Optional<Path> config = Optional.empty();

  @Override
  public Integer call() {
    try {
      return NodeProcess.run(NodeConfig.load(config, settings()));
    } catch (IllegalArgumentException wrong) {
      throw CommandFailure.usage(String.valueOf(wrong.getMessage()));
    }
  }

  /** What the command line says, by the names of {@code reference.conf}. */
  private Map<String, Object> settings() {
    Map<String, Object> settings = new LinkedHashMap<>();
    listen.ifPresent(text -> settings.put("listen", text));
    advertise.ifPresent(text -> settings.put("advertise", text));
    if (!seeds.isEmpty()) {
      settings.put("seeds", seeds);
    }
    data.ifPresent(path -> settings.put("data", path.toString()));
    http.ifPresent(text -> settings.put("http", text));
    id.ifPresent(text -> settings.put("id", text));
    replicas.ifPresent(count -> settings.put("replicas", count));
    return settings;
  }
}
