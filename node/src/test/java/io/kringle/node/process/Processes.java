package io.kringle.node.process;

import io.kringle.node.cli.Main;
import io.kringle.testkit.JvmNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Nodes and commands in processes of their own. Whatever still runs at the end is killed. */
final class Processes implements AutoCloseable {
  private static final Duration READY_LIMIT = Duration.ofSeconds(60);
  private static final long END_LIMIT_SECONDS = 60;

  private final Path directory;
  private final List<JvmNode> nodes = new ArrayList<>();

  Processes(Path directory) {
    this.directory = directory;
  }

  /** What became of a command. */
  record Ended(int exit, String out, String err) {}

  /** Where a node of this name keeps its data. */
  Path data(String name) {
    return directory.resolve(name);
  }

  /** What the nodes of this name have written to stderr. */
  String log(String name) {
    return read(directory.resolve(name + ".log"));
  }

  /** A node with data, on ports that the system chooses unless {@code more} says otherwise. */
  JvmNode start(String name, String... more) {
    List<String> arguments = new ArrayList<>(List.of("node", "--data", data(name).toString()));
    List<String> given = List.of(more);
    for (String port : List.of("--listen", "--http")) {
      if (!given.contains(port)) {
        arguments.addAll(List.of(port, "127.0.0.1:0"));
      }
    }
    arguments.addAll(given);
    JvmNode node =
        JvmNode.start(
            directory.resolve(name + ".log"), READY_LIMIT, Main.class.getName(), arguments);
    synchronized (nodes) {
      nodes.add(node);
    }
    return node;
  }

  /** The same, without waiting. */
  CompletableFuture<JvmNode> startAsync(String name, String... more) {
    CompletableFuture<JvmNode> started = new CompletableFuture<>();
    Thread starter =
        new Thread(
            () -> {
              try {
                started.complete(start(name, more));
              } catch (IllegalStateException failed) {
                started.completeExceptionally(failed);
              }
            },
            "start " + name);
    starter.setDaemon(true);
    starter.start();
    return started;
  }

  /** Runs a command to its end. */
  Ended run(String... arguments) throws IOException, InterruptedException {
    Path err = Files.createTempFile(directory, "command", ".err");
    Process process = JvmNode.launch(err, Main.class.getName(), List.of(arguments));
    CompletableFuture<String> out =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
              } catch (IOException broken) {
                throw new UncheckedIOException(broken);
              }
            },
            task -> new Thread(task, "stdout").start());
    try {
      if (!process.waitFor(END_LIMIT_SECONDS, TimeUnit.SECONDS)) {
        throw new AssertionError(
            "still running: kringle " + String.join(" ", arguments) + ": " + read(err));
      }
      return new Ended(process.exitValue(), out.join(), read(err));
    } finally {
      process.destroyForcibly().waitFor();
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  /** {@code kill -9} of several at the same moment. */
  static void killAtOnce(List<JvmNode> victims) {
    CompletableFuture.allOf(
            victims.stream()
                .map(
                    node ->
                        CompletableFuture.runAsync(
                            node::kill, task -> new Thread(task, "kill").start()))
                .toArray(CompletableFuture[]::new))
        .join();
  }

  @Override
  public void close() {
    synchronized (nodes) {
      killAtOnce(nodes);
    }
  }
}
