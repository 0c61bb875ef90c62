package io.kringle.node.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.kringle.testkit.JvmNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;

/**
 * The processes of the demo, in a directory of their own that goes away with them. Closing it is
 * idempotent.
 */
final class DemoRing implements AutoCloseable {
  private static final Duration READY_LIMIT = Duration.ofSeconds(40);
  private static final Duration POLL = Duration.ofMillis(100);

  private final Path directory;
  private final HttpClient client = HttpNode.newClient();
  private final Map<String, JvmNode> processes = new LinkedHashMap<>();
  private final List<JvmNode> everStarted = new ArrayList<>();
  private boolean closed;

  DemoRing() throws IOException {
    directory = Files.createTempDirectory("kringle-demo-");
  }

  /**
   * Starts the first node, which makes the ring, and then the others at the same time, which join
   * it.
   */
  void start(List<String> names) {
    startOne(names.get(0), "");
    String seed = process(names.get(0)).listen();
    ExecutorService starters = Executors.newFixedThreadPool(names.size());
    try {
      CompletableFuture.allOf(
              names.stream()
                  .skip(1)
                  .map(name -> CompletableFuture.runAsync(() -> startOne(name, seed), starters))
                  .toArray(CompletableFuture[]::new))
          .join();
    } finally {
      starters.shutdown();
    }
  }

  /** Starts a node, or starts it again on the data that it left. */
  void startOne(String name, String seed) {
    List<String> arguments =
        new ArrayList<>(List.of("node", "--listen", "127.0.0.1:0", "--http", "127.0.0.1:0"));
    arguments.addAll(List.of("--data", directory.resolve(name).toString()));
    if (!seed.isEmpty()) {
      arguments.addAll(List.of("--seeds", seed));
    }
    JvmNode process =
        JvmNode.start(
            directory.resolve(name + ".log"), READY_LIMIT, Main.class.getName(), arguments);
    synchronized (this) {
      everStarted.add(process);
      processes.put(name, process);
      if (closed) {
        process.kill();
      }
    }
  }

  synchronized JvmNode process(String name) {
    JvmNode process = processes.get(name);
    if (process == null) {
      throw new IllegalStateException("no node " + name);
    }
    return process;
  }

  /** The name of the live node with this id. */
  synchronized String nameOf(String id) {
    for (Map.Entry<String, JvmNode> entry : processes.entrySet()) {
      if (entry.getValue().id().equals(id)) {
        return entry.getKey();
      }
    }
    return "unknown";
  }

  synchronized List<String> live() {
    return processes.entrySet().stream()
        .filter(entry -> entry.getValue().isAlive())
        .map(Map.Entry::getKey)
        .toList();
  }

  HttpNode http(String name) {
    return new HttpNode(URI.create("http://" + process(name).http()), client);
  }

  List<HttpNode> https() {
    return live().stream().map(this::http).toList();
  }

  /** The arc that a node owns and leads, when it does, with all its members. */
  boolean leadsItsArc(String name, int members) throws InterruptedException {
    JsonNode view = http(name).getJson("/v1/ring");
    String id = view.path("id").asText();
    boolean leads = false;
    for (JsonNode arc : view.path("arcs")) {
      leads |= arc.path("daddy").asText().equals(id) && arc.path("members").size() >= members;
      if (!arc.path("learners").isEmpty() || !arc.hasNonNull("daddy")) {
        return false;
      }
    }
    return leads;
  }

  /** Waits until every live node leads its own arc, with as many members as it should have. */
  void awaitSettled(int members, Duration limit) throws InterruptedException {
    long deadline = System.nanoTime() + limit.toNanos();
    while (!isSettled(members)) {
      if (System.nanoTime() > deadline) {
        throw new DemoFailure("the ring has not settled within " + limit.toSeconds() + " s");
      }
      Pause.of(POLL);
    }
  }

  private boolean isSettled(int members) throws InterruptedException {
    List<String> live = live();
    for (String name : live) {
      JsonNode ring = http(name).getJson("/v1/ring/nodes");
      if (ring.path("nodes").size() != live.size() || !leadsItsArc(name, members)) {
        return false;
      }
    }
    return true;
  }

  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      everStarted.forEach(JvmNode::kill);
    }
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException | UncheckedIOException leftBehind) {
      if (Files.exists(directory)) {
        System.err.println(
            "kringle: could not remove " + directory + ": " + leftBehind.getMessage());
      }
    }
  }
}
