package io.kringle.node.process;

import io.kringle.node.cli.Pause;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Reads a topic as a browser does: by server-sent events of one node, which it asks again, with the
 * last id that it saw, whenever they break off. On a thread of its own; everything may be asked by
 * any thread.
 */
final class TopicReader implements AutoCloseable {
  private static final Duration UNTIL_ASKED_AGAIN = Duration.ofMillis(100);
  private static final int CONNECT_MILLIS = 1_000;

  private final URL topic;
  private final CompletableFuture<Void> subscribed = new CompletableFuture<>();
  private final Thread thread = new Thread(this::run, "topic reader");

  /** Guarded by itself. */
  private final List<Heard> heard = new ArrayList<>();

  private final AtomicInteger streams = new AtomicInteger();
  private volatile String lastId = "";
  private volatile String missed = "";
  private volatile boolean isOver;

  /** A message that came. */
  record Heard(long sequence, String text) {}

  private TopicReader(Web node, String topic) throws IOException {
    this.topic = URI.create(node.base() + "/v1/topics/" + topic).toURL();
  }

  /** Begins to read, and waits until the subscription is confirmed. */
  static TopicReader start(Web node, String topic) throws IOException {
    TopicReader reader = new TopicReader(node, topic);
    reader.thread.setDaemon(true);
    reader.thread.start();
    reader.subscribed.join();
    return reader;
  }

  private void run() {
    try {
      while (!isOver) {
        try {
          readStream();
        } catch (IOException brokeOff) {
          Pause.of(UNTIL_ASKED_AGAIN);
        }
      }
    } catch (InterruptedException closed) {
      isOver = true;
    }
  }

  private void readStream() throws IOException {
    HttpURLConnection connection = (HttpURLConnection) topic.openConnection();
    connection.setConnectTimeout(CONNECT_MILLIS);
    if (!lastId.isEmpty()) {
      connection.setRequestProperty("Last-Event-ID", lastId);
    }
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(connection.getInputStream(), StandardCharsets.UTF_8))) {
      streams.incrementAndGet();
      readEvents(lines);
    }
  }

  private void readEvents(BufferedReader lines) throws IOException {
    String id = "";
    String type = "";
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      if (line.startsWith("id: ")) {
        id = line.substring("id: ".length());
      } else if (line.startsWith("event: ")) {
        type = line.substring("event: ".length());
      } else if (line.startsWith("data: ")) {
        came(id, type, line.substring("data: ".length()));
      }
    }
  }

  private void came(String id, String type, String data) {
    switch (type) {
      case "subscribed" -> subscribed.complete(null);
      case "message" -> {
        synchronized (heard) {
          heard.add(new Heard(Long.parseLong(id), data));
        }
      }
      default -> missed = type + ": " + data;
    }
    lastId = id;
  }

  /** What came so far. */
  List<Heard> heard() {
    synchronized (heard) {
      return List.copyOf(heard);
    }
  }

  /** The number that came last; 0: none. */
  long last() {
    synchronized (heard) {
      return heard.isEmpty() ? 0 : heard.get(heard.size() - 1).sequence();
    }
  }

  /** How many streams there were, one after the other. */
  int streams() {
    return streams.get();
  }

  /** What it was told that is no message; empty: nothing. */
  String missed() {
    return missed;
  }

  /** What it reads ends with its node; it asks no more then. */
  @Override
  public void close() {
    isOver = true;
    thread.interrupt();
  }
}
