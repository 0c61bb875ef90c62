package io.kringle.node.bench;

import io.kringle.node.Kringle;
import io.kringle.node.KringleBuilder;
import io.kringle.node.NodeInfo;
import io.kringle.node.cli.Pause;
import io.kringle.store.engine.Durability;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * A ring with a node in this process and each of the others in one of its own; three copies of
 * everything. The ids are evenly spaced, so that each run divides the keys alike.
 */
final class BenchRing implements AutoCloseable {
  static final int COPIES = 3;
  private static final int SAMPLES = 64;

  /** Each look asks for many places, so it is not to be what a measurement measures. */
  private static final Duration LOOK_EVERY = Duration.ofMillis(500);

  private static final String ZEROS = "0".repeat(38);

  private final Class<?> main;
  private final Durability durability;
  private final int places;
  private final Path directory;
  private final Kringle node;
  private final List<Other> others = new ArrayList<>();

  /**
   * Another node.
   *
   * @param place which of the evenly spaced ids it has
   */
  record Other(int place, OtherProcess process) {
    String id() {
      return process.firstLine();
    }
  }

  /** Starts the first node alone, of a ring with room for so many. */
  private BenchRing(Class<?> main, Durability durability, int places) throws IOException {
    this.main = main;
    this.durability = durability;
    this.places = places;
    this.directory = Files.createTempDirectory("kringle-bench");
    this.node = builder(durability, directory, 0, places).startAndWait();
  }

  static BenchRing start(Durability durability, int nodes, int places) throws IOException {
    return start(Node.class, durability, nodes, places);
  }

  /**
   * The same.
   *
   * @param main runs in the other processes, and hands what it is given to {@link Node#serve}
   */
  static BenchRing start(Class<?> main, Durability durability, int nodes, int places)
      throws IOException {
    BenchRing ring = new BenchRing(main, durability, places);
    for (int place = 1; place < nodes; place++) {
      ring.add(place);
    }
    return ring;
  }

  private static KringleBuilder builder(
      Durability durability, Path directory, int place, int places) {
    KringleBuilder builder =
        Kringle.builder()
            .replicas(COPIES)
            .durability(durability)
            .id(String.format(Locale.ROOT, "%02x", (2 * place + 1) * 128 / places) + ZEROS);
    return durability == Durability.MEMORY
        ? builder
        : builder.data(directory.resolve("node-" + place));
  }

  /** What runs in the other processes. */
  static final class Node {
    private Node() {}

    /** Starts a node of the ring by its durability, directory, place, places and seed. */
    public static void main(String[] given) throws IOException {
      serve(given, node -> {});
    }

    /** The same, with something to begin at the node before it is counted on. */
    static void serve(String[] given, Consumer<Kringle> begin) throws IOException {
      Durability durability = Durability.valueOf(given[0]);
      int place = Integer.parseInt(given[2]);
      int places = Integer.parseInt(given[3]);
      try (Kringle node =
          builder(durability, Path.of(given[1]), place, places).seeds(given[4]).startAndWait()) {
        begin.accept(node);
        OtherProcess.serveAs(node.id());
      }
    }
  }

  /** Starts another node, and waits until it has joined; its records come later. */
  Other add(int place) throws IOException {
    Other other =
        new Other(
            place,
            OtherProcess.start(
                main,
                Machine.javaOptions(),
                durability.name(),
                directory.toString(),
                Integer.toString(place),
                Integer.toString(places),
                node.endpoint()));
    others.add(other);
    return other;
  }

  /** Kills one as {@code kill -9} does. */
  void kill(Other other) throws InterruptedException {
    others.remove(other);
    other.process().kill();
  }

  /** Has one leave in order, and throws its data away. */
  void remove(Other other) throws IOException {
    others.remove(other);
    other.process().close();
    delete(directory.resolve("node-" + other.place()));
  }

  Kringle node() {
    return node;
  }

  List<Other> others() {
    return List.copyOf(others);
  }

  /** Where a sample of the keys is kept; fewer if not all can be found out. */
  List<NodeInfo.Replica> sample() {
    List<NodeInfo.Replica> replicas = new ArrayList<>();
    for (int i = 0; i < SAMPLES; i++) {
      try {
        replicas.add(node.locate("sample-" + i).toCompletableFuture().join().replica());
      } catch (CompletionException notNow) {
        return replicas;
      }
    }
    return replicas;
  }

  /**
   * Waits until every arc has all of its copies, and some more.
   *
   * @throws IllegalStateException if that takes too long
   */
  void await(Predicate<List<NodeInfo.Replica>> more, Duration limit) throws InterruptedException {
    long begin = System.nanoTime();
    while (true) {
      List<NodeInfo.Replica> sample = sample();
      if (sample.size() == SAMPLES
          && more.test(sample)
          && sample.stream().allMatch(this::isWhole)) {
        return;
      }
      if (System.nanoTime() - begin > limit.toNanos()) {
        throw new IllegalStateException("the ring is not whole after " + limit);
      }
      Pause.of(LOOK_EVERY);
    }
  }

  private boolean isWhole(NodeInfo.Replica replica) {
    return replica.members().size() == COPIES && replica.learners().isEmpty();
  }

  @Override
  public void close() throws IOException {
    for (Other other : others) {
      other.process().close();
    }
    node.close();
    delete(directory);
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
