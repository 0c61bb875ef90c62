package io.kringle.testkit;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A node in a JVM of its own, started with the class path of this one. What it writes to stderr
 * goes to a file beside its data. Thread-safe.
 */
public final class JvmNode implements AutoCloseable {
  private static final Pattern READY =
      Pattern.compile("ready id=([0-9a-f]{40}) listen=(\\S+) http=(\\S+)");

  /** Such a process lives for a minute: what the optimizing compiler gains later it never earns. */
  private static final List<String> FOR_A_SHORT_LIFE =
      List.of("-Xmx256m", "-XX:TieredStopAtLevel=1");

  private static final Duration STOP_LIMIT = Duration.ofSeconds(15);

  private final Process process;
  private final String id;
  private final String listen;
  private final String http;

  private JvmNode(Process process, Matcher ready) {
    this.process = process;
    this.id = ready.group(1);
    this.listen = ready.group(2);
    this.http = ready.group(3);
  }

  /**
   * Starts a process and waits until it says that it is ready.
   *
   * @param log where its stderr is appended
   * @param mainClass the class to run
   * @param arguments handed to it
   * @throws IllegalStateException if it ends or is silent until {@code limit}; the message quotes
   *     its last words
   */
  public static JvmNode start(Path log, Duration limit, String mainClass, List<String> arguments) {
    Process process = launch(log, mainClass, arguments);
    CompletableFuture<Matcher> ready = new CompletableFuture<>();
    Thread reader = new Thread(() -> read(process, ready), "stdout of " + log.getFileName());
    reader.setDaemon(true);
    reader.start();
    try {
      return new JvmNode(process, ready.get(limit.toMillis(), TimeUnit.MILLISECONDS));
    } catch (TimeoutException silent) {
      process.destroyForcibly();
      throw new IllegalStateException(
          "not ready within " + limit.toSeconds() + " s: " + lastWords(log), silent);
    } catch (ExecutionException ended) {
      process.destroyForcibly();
      throw new IllegalStateException("it ended before it was ready: " + lastWords(log), ended);
    } catch (InterruptedException interrupted) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while starting a node", interrupted);
    }
  }

  /** Starts a process like {@link #start}, without waiting for a node to be ready in it. */
  public static Process launch(Path log, String mainClass, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    for (String option : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
      if (option.startsWith("--")
          || option.startsWith("-XX:+Use")
          || option.startsWith("-Djava.util.concurrent")) {
        command.add(option);
      }
    }
    command.addAll(FOR_A_SHORT_LIFE);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), mainClass));
    command.addAll(arguments);
    try {
      return new ProcessBuilder(command)
          .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
          .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
          .start();
    } catch (IOException cannot) {
      throw new UncheckedIOException("cannot start a JVM", cannot);
    }
  }

  private static void read(Process process, CompletableFuture<Matcher> ready) {
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        Matcher matcher = READY.matcher(line);
        if (matcher.matches()) {
          ready.complete(matcher);
        }
      }
      ready.completeExceptionally(new IOException("end of output"));
    } catch (IOException broken) {
      ready.completeExceptionally(broken);
    }
  }

  private static String lastWords(Path log) {
    try {
      List<String> lines = Files.readAllLines(log);
      return String.join(" | ", lines.subList(Math.max(0, lines.size() - 3), lines.size()));
    } catch (IOException unreadable) {
      return "(no log: " + unreadable.getMessage() + ")";
    }
  }

  /** The node's id: 40 hexadecimal digits. */
  public String id() {
    return id;
  }

  /** Where peers reach it, as host:port. */
  public String listen() {
    return listen;
  }

  /** Where HTTP reaches it, as host:port. */
  public String http() {
    return http;
  }

  /** The operating system's number of the process. */
  public long pid() {
    return process.pid();
  }

  /** Whether the process runs. */
  public boolean isAlive() {
    return process.isAlive();
  }

  /** Ends it at once, as {@code kill -9} does, and waits until it is gone. */
  public void kill() {
    process.destroyForcibly();
    process.onExit().join();
  }

  /**
   * Stops it in its tracks, as SIGSTOP does, until {@link #resume}: its connections stay, and it
   * knows nothing of the time that passes.
   */
  public void pause() {
    signal("STOP");
  }

  /** Lets it go on after {@link #pause}. */
  public void resume() {
    signal("CONT");
  }

  private void signal(String name) {
    try {
      int exit = new ProcessBuilder("kill", "-" + name, String.valueOf(pid())).start().waitFor();
      if (exit != 0) {
        throw new IllegalStateException("kill -" + name + " " + pid() + " ended with " + exit);
      }
    } catch (IOException cannot) {
      throw new UncheckedIOException("cannot signal a JVM", cannot);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while signalling a node", interrupted);
    }
  }

  /**
   * Asks it to leave in order, as SIGTERM does, and waits; kills it if it does not end in time.
   *
   * @return its exit code
   */
  public int stop() {
    process.destroy();
    try {
      if (!process.waitFor(STOP_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly();
      }
      return process.waitFor();
    } catch (InterruptedException interrupted) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      return -1;
    }
  }

  /** Kills it if it still runs. */
  @Override
  public void close() {
    kill();
  }
}
