package io.kringle.node.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code subscribe T}: prints messages as they come, also across a restart of the node. */
@Command(
    name = "subscribe",
    description = {
      "Print the messages of a topic as they come, a line each, until interrupted.",
      "When the node goes away it is asked again until it is back, and goes on after the message"
          + " that was printed last. What is not kept any more by then is counted on standard"
          + " error.",
      "With --durable or --group a message is acknowledged when it was printed."
    },
    mixinStandardHelpOptions = true)
final class SubscribeCommand implements Callable<Integer> {
  @Mixin private final NodeAddress node = new NodeAddress();

  @Parameters(paramLabel = "T", description = "The topic.")
  private String topic = "";

  @Option(
      names = "--from",
      paramLabel = "WHERE",
      description =
          "Where to begin: now, oldest (with the oldest message that is kept), or the number of a"
              + " message. Default: ${DEFAULT-VALUE}.")
  private String from = "now";

  @Option(
      names = "--durable",
      paramLabel = "NAME",
      description =
          "Keep the place in the topic under this name: who subscribes by it next, at any node,"
              + " goes on there, and ends this command. --from is for the first time only.")
  private Optional<String> durable = Optional.empty();

  @Option(names = "--accept-anycast", description = "Also accept anycasts, and print them.")
  private boolean acceptAnycast;

  @Option(
      names = "--group",
      paramLabel = "NAME",
      description =
          "Share the topic with others of this group: each message goes to one of them. A group"
              + " that is new begins where --from says; one that exists goes on where it is.")
  private String group = "";

  private String lastId = "";
  private Optional<Acknowledging> acknowledging = Optional.empty();

  @Override
  public Integer call() throws InterruptedException {
    HttpNode http = node.connect();
    boolean keepsPlace = durable.isPresent() || !group.isEmpty();
    acknowledging = Optional.of(http).filter(there -> keepsPlace).map(Acknowledging::new);
    String path =
        HttpNode.topic(topic)
            + ("?from=" + HttpNode.segment(from))
            + durable.map(name -> "&durable=" + HttpNode.segment(name)).orElse("")
            + (group.isEmpty() ? "" : "&group=" + HttpNode.segment(group))
            + (keepsPlace ? "&acknowledge" : "")
            + (acceptAnycast ? "&accept=anycast" : "");
    return new Listening(http, path, this::goOn, this::print).forever();
  }

  private HttpRequest.Builder goOn(HttpRequest.Builder request) {
    return lastId.isEmpty() ? request : request.header("Last-Event-ID", lastId);
  }

  private void print(EventStream.Event event) {
    if (event.type().equals("subscribed")) {
      String acknowledge = Listening.json(event).path("acknowledge").asText();
      acknowledging.ifPresent(told -> told.begin(acknowledge));
      saysWhereItGoesOn(event.id());
    } else if (node.json()) {
      ObjectNode object =
          HttpNode.JSON.createObjectNode().put("topic", topic).put("sequence", event.id());
      object.put("event", event.type());
      Output.putValue(object, event.data().getBytes(StandardCharsets.UTF_8));
      System.out.println(object);
    } else {
      printText(event);
    }
    System.out.flush();
    lastId = event.id().isEmpty() ? lastId : event.id();
    if (event.type().equals("message") || event.type().equals("binary")) {
      acknowledging.ifPresent(told -> told.printed(event.id()));
    }
    if (event.type().equals("ended")) {
      String reason = Listening.json(event).path("reason").asText();
      throw new CommandFailure(Exit.FAILED, "the subscription has ended: " + reason);
    }
  }

  private void saysWhereItGoesOn(String after) {
    if (!lastId.isEmpty() && !after.isEmpty()) {
      System.err.println("kringle: the node is back; going on after message " + after);
    }
  }

  private void printText(EventStream.Event event) {
    switch (event.type()) {
      case "message", "binary", "anycast" -> System.out.println(event.data());
      case "missed" -> {
        JsonNode missed = Listening.json(event);
        System.err.printf(
            "kringle: %d messages from number %d on are not kept any more%n",
            missed.path("missed").asLong(), missed.path("from").asLong());
      }
      default -> {} // Of a newer node.
    }
  }
}
