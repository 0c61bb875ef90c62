package io.kringle.node.cli;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/** A subscriber of one topic on each node, over server-sent events, that accepts every anycast. */
final class DemoSubscribers implements AutoCloseable {
  private final Map<String, HttpResponse<InputStream>> streams = new LinkedHashMap<>();
  private final Map<String, ConcurrentLinkedQueue<String>> messages = new ConcurrentHashMap<>();
  private final Map<String, ConcurrentLinkedQueue<String>> anycasts = new ConcurrentHashMap<>();

  void subscribe(String name, HttpNode node, String topic) throws InterruptedException {
    messages.put(name, new ConcurrentLinkedQueue<>());
    anycasts.put(name, new ConcurrentLinkedQueue<>());
    HttpRequest request =
        HttpRequest.newBuilder(node.base().resolve(HttpNode.topic(topic) + "?accept=anycast"))
            .GET()
            .build();
    try {
      HttpResponse<InputStream> stream = node.stream(request);
      DemoFailure.unless(
          stream.statusCode() == 200, name + " refused to subscribe: HTTP " + stream.statusCode());
      streams.put(name, stream);
      Thread reader = new Thread(() -> read(name, stream.body()), "subscriber on " + name);
      reader.setDaemon(true);
      reader.start();
    } catch (IOException broken) {
      throw node.unreachable(broken);
    }
  }

  private void read(String name, InputStream body) {
    try (EventStream events = new EventStream(body)) {
      for (Optional<EventStream.Event> event = events.next();
          event.isPresent();
          event = events.next()) {
        take(name, event.get());
      }
    } catch (IOException closed) {
      // The demo has closed the stream, or its node has died; what was received is what counts.
    }
  }

  /** Whatever tells of a message that was missed counts as one that should not have come. */
  private void take(String name, EventStream.Event event) {
    if (event.type().equals("subscribed")) {
      return;
    }
    Map<String, ConcurrentLinkedQueue<String>> kind =
        event.type().equals("anycast") ? anycasts : messages;
    kind.getOrDefault(name, new ConcurrentLinkedQueue<>()).add(event.data());
  }

  /** What the subscriber on a node was published. */
  List<String> messages(String name) {
    return List.copyOf(messages.getOrDefault(name, new ConcurrentLinkedQueue<>()));
  }

  /** What the subscriber on a node has taken. */
  List<String> anycasts(String name) {
    return List.copyOf(anycasts.getOrDefault(name, new ConcurrentLinkedQueue<>()));
  }

  @Override
  public void close() {
    for (HttpResponse<InputStream> stream : streams.values()) {
      try {
        stream.body().close();
      } catch (IOException gone) {
        // It is closed either way.
      }
    }
  }
}
