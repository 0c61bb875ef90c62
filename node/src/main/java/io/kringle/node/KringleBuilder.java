package io.kringle.node;

import io.kringle.store.engine.Durability;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/**
 * What a node is given before it starts. What is not set is as {@code reference.conf} says, but for
 * two things that suit a node within an application: it listens on a loopback port that the system
 * chooses, and serves no HTTP. Not thread-safe.
 */
public final class KringleBuilder {
  private final Map<String, Object> settings = new LinkedHashMap<>();
  private Optional<Path> file = Optional.empty();
  private Executor callbacks = Runnable::run;

  KringleBuilder() {
    settings.put("listen", "127.0.0.1:0");
    settings.put("http", "");
  }

  /** Where the node listens for others, {@code host:port}; port 0 lets the system choose. */
  public KringleBuilder listen(String endpoint) {
    return set("listen", endpoint);
  }

  /** Where others reach it, {@code host:port}, if that is not where it listens. */
  public KringleBuilder advertise(String endpoint) {
    return set("advertise", endpoint);
  }

  /**
   * Nodes to join through, {@code host:port} each. Without any, a node with fresh data starts a
   * ring of its own.
   */
  public KringleBuilder seeds(String... endpoints) {
    return set("seeds", List.of(endpoints));
  }

  /**
   * Where the node keeps its identity and its records. Without, it keeps nothing, and each start is
   * a new node.
   */
  public KringleBuilder data(Path directory) {
    return set("data", directory.toString());
  }

  /** Where HTTP is served, {@code host:port}; port 0 lets the system choose. */
  public KringleBuilder http(String endpoint) {
    return set("http", endpoint);
  }

  /** The node's id, 40 hexadecimal digits. */
  public KringleBuilder id(String id) {
    return set("id", id);
  }

  /** How many nodes keep each record; 1 to 9. */
  public KringleBuilder replicas(int count) {
    return set("replicas", count);
  }

  /** When a write counts as written down. */
  public KringleBuilder durability(Durability durability) {
    return set("durability", durability.name().toLowerCase(Locale.ROOT));
  }

  /** Lets the node start a ring of its own when none of its seeds answers. */
  public KringleBuilder mayStartRing() {
    return set("may-start-ring", true);
  }

  /** Any setting by its name below {@code kringle} in {@code reference.conf}. */
  public KringleBuilder set(String name, Object value) {
    settings.put(name, value);
    return this;
  }

  /** A file of settings; what is set here wins. */
  public KringleBuilder config(Path hocon) {
    file = Optional.of(hocon);
    return this;
  }

  /**
   * Where stages complete and subscribers and services are called, instead of on the node's loop.
   * Messages of a topic keep their order only if it runs one task at a time.
   */
  public KringleBuilder callbackExecutor(Executor executor) {
    callbacks = executor;
    return this;
  }

  /**
   * Starts the node; done when it has joined its ring and serves. Fails with {@code CANNOT_START}
   * and one line that says why.
   *
   * @throws IllegalArgumentException if a setting is unknown or out of range
   */
  public CompletionStage<Kringle> start() {
    return start(NodeConfig.load(file, settings), callbacks);
  }

  /**
   * Starts the node and waits until it serves.
   *
   * @throws KringleException if it cannot
   * @throws IllegalArgumentException if a setting is unknown or out of range
   */
  public Kringle startAndWait() {
    try {
      return start().toCompletableFuture().join();
    } catch (CompletionException failed) {
      throw failed.getCause() instanceof KringleException known ? known : failed;
    }
  }

  static CompletionStage<Kringle> start(NodeConfig config, Executor callbacks) {
    try {
      return new Kringle(config.maxCalls(), new ProcessPlatform(config, callbacks)).begin();
    } catch (KringleException refused) {
      return CompletableFuture.failedFuture(refused);
    }
  }
}
