package io.kringle.node.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code anycast T M}: to one subscriber that accepts. */
@Command(
    name = "anycast",
    description =
        "Hand a message to one subscriber of a topic and print its reply; exit 3 if nobody takes"
            + " it.",
    mixinStandardHelpOptions = true)
final class AnycastCommand implements Callable<Integer> {
  @Mixin private final NodeAddress node = new NodeAddress();

  @Parameters(index = "0", paramLabel = "T", description = "The topic.")
  private String topic = "";

  @Parameters(index = "1", paramLabel = "M", description = "The message.")
  private String message = "";

  @Override
  public Integer call() throws InterruptedException {
    HttpNode http = node.connect();
    HttpRequest request =
        http.request(HttpNode.topic(topic) + "/anycast")
            .POST(HttpRequest.BodyPublishers.ofByteArray(message.getBytes(StandardCharsets.UTF_8)))
            .build();
    HttpResponse<byte[]> reply = HttpNode.expect(http.send(request), 200);
    if (node.json()) {
      ObjectNode object = HttpNode.JSON.createObjectNode().put("topic", topic);
      Output.putValue(object, reply.body());
      System.out.println(object);
    } else {
      System.out.println(new String(reply.body(), StandardCharsets.UTF_8));
    }
    return Exit.DONE;
  }
}
