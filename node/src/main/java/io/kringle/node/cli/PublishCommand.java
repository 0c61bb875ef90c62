package io.kringle.node.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code publish T M}: to every subscriber of a topic. */
@Command(
    name = "publish",
    description = "Publish a message to every subscriber of a topic.",
    mixinStandardHelpOptions = true)
final class PublishCommand implements Callable<Integer> {
  @Mixin private final NodeAddress node = new NodeAddress();

  @Parameters(index = "0", paramLabel = "T", description = "The topic.")
  private String topic = "";

  @Parameters(index = "1", paramLabel = "M", description = "The message.")
  private String message = "";

  @Option(
      names = "--key",
      paramLabel = "KEY",
      description =
          "Publish it once, however often it is published with this key: known as long as the"
              + " message is among the topic's last 1 024, and kept.")
  private Optional<String> key = Optional.empty();

  @Override
  public Integer call() throws InterruptedException {
    HttpNode http = node.connect();
    HttpRequest.Builder request =
        http.request(HttpNode.topic(topic))
            .POST(HttpRequest.BodyPublishers.ofByteArray(message.getBytes(StandardCharsets.UTF_8)));
    key.ifPresent(value -> request.header("Idempotency-Key", value));
    JsonNode taken = HttpNode.json(HttpNode.expect(http.send(request.build()), 202));
    System.out.println(
        node.json()
            ? taken.toString()
            : "sequence %d, subscribers %d"
                .formatted(taken.path("sequence").asLong(), taken.path("subscribers").asInt()));
    return Exit.DONE;
  }
}
