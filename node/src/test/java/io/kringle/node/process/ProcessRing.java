package io.kringle.node.process;

import com.fasterxml.jackson.databind.JsonNode;
import io.kringle.testkit.JvmNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;

/**
 * A ring of processes with names. One that starts again has the data and the addresses that it had.
 */
final class ProcessRing implements AutoCloseable {
  private static final int REPLICAS = 3;
  private static final Duration SETTLING = Duration.ofSeconds(60);

  private final Processes processes;
  private final Map<String, JvmNode> nodes = new LinkedHashMap<>();
  private final List<String> settings;

  /**
   * A ring without nodes.
   *
   * @param directory for the data of all of them
   * @param settings arguments of every node
   */
  ProcessRing(Path directory, String... settings) {
    processes = new Processes(directory);
    this.settings = List.of(settings);
  }

  /** Starts the first, and the others through it. */
  void found(List<String> names) {
    startAll(names.subList(0, 1));
    startAll(names.subList(1, names.size()), "--seeds", node(names.get(0)).listen());
    awaitWhole();
  }

  /** Starts several at the same time, and waits until they are ready. */
  void startAll(List<String> names, String... more) {
    Map<String, CompletableFuture<JvmNode>> starting = new LinkedHashMap<>();
    names.forEach(name -> starting.put(name, startAsync(name, more)));
    starting.forEach((name, node) -> ready(name, node.join()));
  }

  /** Starts one; {@link #ready} is to be told of it. */
  CompletableFuture<JvmNode> startAsync(String name, String... more) {
    List<String> arguments = new ArrayList<>(settings);
    arguments.addAll(List.of(more));
    JvmNode before = nodes.get(name);
    if (before != null) {
      arguments.addAll(List.of("--listen", before.listen(), "--http", before.http()));
    }
    return processes.startAsync(name, arguments.toArray(String[]::new));
  }

  void ready(String name, JvmNode node) {
    nodes.put(name, node);
  }

  /** The latest process of a name. */
  JvmNode node(String name) {
    JvmNode node = nodes.get(name);
    if (node == null) {
      throw new IllegalStateException(name + " was never started");
    }
    return node;
  }

  Web web(String name) {
    return new Web(node(name));
  }

  /** With what the URLs of the nodes begin. */
  List<String> bases() {
    return nodes().stream().map(node -> new Web(node).base()).toList();
  }

  List<JvmNode> nodes() {
    return List.copyOf(nodes.values());
  }

  List<String> live() {
    return nodes.keySet().stream().filter(name -> node(name).isAlive()).toList();
  }

  /** Where a node keeps its data. */
  Path data(String name) {
    return processes.data(name);
  }

  /** Whether a node met an error of its own, and had to begin anew by itself. */
  boolean hasBrokenDown() {
    return nodes.keySet().stream()
        .anyMatch(name -> processes.log(name).contains("the node starts again"));
  }

  /** The name of the node that leads a key, as another node sees it. */
  String daddy(String key, String seenBy) {
    String id = web(seenBy).json("/v1/locate/" + key).path("daddy").path("id").asText();
    return nodes.keySet().stream()
        .filter(name -> node(name).id().equals(id))
        .findFirst()
        .orElseThrow();
  }

  /** {@code kill -9} of all at the same moment. */
  void killAll() {
    Processes.killAtOnce(nodes());
  }

  /** Waits until each live node sees exactly the live ones, and every arc has all its replicas. */
  void awaitWhole() {
    Awaitility.await()
        .atMost(SETTLING)
        .pollInterval(Duration.ofMillis(200))
        .until(() -> live().stream().allMatch(name -> isWhole(web(name))));
  }

  private boolean isWhole(Web node) {
    int live = live().size();
    JsonNode self = node.json("/v1/ring");
    boolean leads = false;
    for (JsonNode arc : self.path("arcs")) {
      if (arc.path("members").size() != Math.min(REPLICAS, live)
          || !arc.path("learners").isEmpty()) {
        return false;
      }
      leads |= arc.path("daddy").asText().equals(self.path("id").asText());
    }
    return leads && node.json("/v1/ring/nodes").path("nodes").size() == live;
  }

  @Override
  public void close() {
    processes.close();
  }
}
