package io.kringle.node.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code subscribe T}: prints messages as they come, also across a restart of the node. */
@Command(
    name = "subscribe",
    description = "Print the messages of a topic as they come, a line each, until interrupted.",
    mixinStandardHelpOptions = true)
final class SubscribeCommand implements Callable<Integer> {
  private static final Duration RECONNECT_AFTER = Duration.ofSeconds(1);

  @Mixin private final NodeAddress node = new NodeAddress();

  @Parameters(paramLabel = "T", description = "The topic.")
  private String topic = "";

  @Option(names = "--accept-anycast", description = "Also accept anycasts, and print them.")
  private boolean acceptAnycast;

  private String lastId = "";

  @Override
  public Integer call() throws InterruptedException {
    HttpNode http = node.connect();
    if (!listen(http)) {
      throw new CommandFailure(
          Exit.UNAVAILABLE,
          "the node at " + http.base() + " cannot be reached; name another with --node URL");
    }
    while (true) {
      System.err.println("kringle: the node at " + http.base() + " went away; trying again");
      do {
        Pause.of(RECONNECT_AFTER);
      } while (!listen(http));
    }
  }

  /** Prints events until the stream ends; false if there was none. */
  private boolean listen(HttpNode http) throws InterruptedException {
    String path = HttpNode.topic(topic) + (acceptAnycast ? "?accept=anycast" : "");
    HttpRequest.Builder request = HttpRequest.newBuilder(http.base().resolve(path)).GET();
    if (!lastId.isEmpty()) {
      request.header("Last-Event-ID", lastId);
    }
    boolean connected = false;
    try {
      HttpResponse<InputStream> response = http.stream(request.build());
      if (response.statusCode() != 200) {
        reportRefusal(http, response);
        return false;
      }
      connected = true;
      try (EventStream events = new EventStream(response.body())) {
        for (Optional<EventStream.Event> event = events.next();
            event.isPresent();
            event = events.next()) {
          print(event.get());
        }
      }
    } catch (IOException lost) {
      return connected;
    }
    return true;
  }

  private static void reportRefusal(HttpNode http, HttpResponse<InputStream> response)
      throws IOException {
    if (response.statusCode() >= 400 && response.statusCode() < 500) {
      try (InputStream body = response.body()) {
        String problem = HttpNode.JSON.readTree(body).path("detail").asText("");
        throw new CommandFailure(
            Exit.FAILED, "the node at " + http.base() + " refused: " + problem);
      }
    }
  }

  private void print(EventStream.Event event) {
    lastId = event.id().isEmpty() ? lastId : event.id();
    if (node.json()) {
      ObjectNode object =
          HttpNode.JSON.createObjectNode().put("topic", topic).put("sequence", event.id());
      object.put("event", event.type());
      Output.putValue(object, event.data().getBytes(StandardCharsets.UTF_8));
      System.out.println(object);
    } else {
      System.out.println(event.data());
    }
    System.out.flush();
  }
}
