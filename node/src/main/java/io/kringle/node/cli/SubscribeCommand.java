package io.kringle.node.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
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
  @Mixin private final NodeAddress node = new NodeAddress();

  @Parameters(paramLabel = "T", description = "The topic.")
  private String topic = "";

  @Option(names = "--accept-anycast", description = "Also accept anycasts, and print them.")
  private boolean acceptAnycast;

  private String lastId = "";

  @Override
  public Integer call() throws InterruptedException {
    String path = HttpNode.topic(topic) + (acceptAnycast ? "?accept=anycast" : "");
    return new Listening(node.connect(), path, this::goOn, this::print).forever();
  }

  private HttpRequest.Builder goOn(HttpRequest.Builder request) {
    return lastId.isEmpty() ? request : request.header("Last-Event-ID", lastId);
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
