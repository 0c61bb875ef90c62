package io.kringle.node.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/** Listens to a stream of a node's events until interrupted, also across a restart of the node. */
final class Listening {
  private static final Duration FIRST_PAUSE = Duration.ofMillis(250);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(8);

  private final HttpNode http;
  private final Function<HttpRequest.Builder, HttpRequest.Builder> prepare;
  private final String path;
  private final Consumer<EventStream.Event> print;

  /**
   * Events that come from {@code path}.
   *
   * @param prepare finishes each request
   */
  Listening(
      HttpNode http,
      String path,
      Function<HttpRequest.Builder, HttpRequest.Builder> prepare,
      Consumer<EventStream.Event> print) {
    this.http = http;
    this.path = path;
    this.prepare = prepare;
    this.print = print;
  }

  /** Does not return. */
  int forever() throws InterruptedException {
    if (!listen()) {
      throw new CommandFailure(
          Exit.UNAVAILABLE,
          "the node at " + http.base() + " cannot be reached; name another with --node URL");
    }
    while (true) {
      System.err.println("kringle: the node at " + http.base() + " went away; trying again");
      Duration pause = FIRST_PAUSE;
      do {
        Pause.of(pause);
        pause = pause.multipliedBy(2);
        pause = pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause;
      } while (!listen());
    }
  }

  /** What an event says, where that is JSON. */
  static JsonNode json(EventStream.Event event) {
    try {
      return HttpNode.JSON.readTree(event.data());
    } catch (JsonProcessingException broken) {
      throw new CommandFailure(Exit.FAILED, "the node sent what is not JSON: " + broken);
    }
  }

  /** Prints events until the stream ends; false if there was none. */
  private boolean listen() throws InterruptedException {
    HttpRequest.Builder request = HttpRequest.newBuilder(http.base().resolve(path)).GET();
    boolean connected = false;
    try {
      HttpResponse<InputStream> response = http.stream(prepare.apply(request).build());
      if (response.statusCode() != 200) {
        reportRefusal(response);
        return false;
      }
      connected = true;
      try (EventStream events = new EventStream(response.body())) {
        for (Optional<EventStream.Event> event = events.next();
            event.isPresent();
            event = events.next()) {
          print.accept(event.get());
        }
      }
    } catch (IOException lost) {
      return connected;
    }
    return true;
  }

  private void reportRefusal(HttpResponse<InputStream> response) throws IOException {
    if (response.statusCode() >= 400 && response.statusCode() < 500) {
      try (InputStream body = response.body()) {
        String problem = HttpNode.JSON.readTree(body).path("detail").asText("");
        throw new CommandFailure(
            Exit.FAILED, "the node at " + http.base() + " refused: " + problem);
      }
    }
  }
}
