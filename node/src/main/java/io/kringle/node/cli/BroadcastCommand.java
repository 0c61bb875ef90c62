package io.kringle.node.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code broadcast M}: to every node of the ring. */
@Command(
    name = "broadcast",
    description = "Send a message to every node of the ring, and print how many heard it.",
    mixinStandardHelpOptions = true)
final class BroadcastCommand implements Callable<Integer> {
  @Mixin private final NodeAddress node = new NodeAddress();

  @Parameters(paramLabel = "M", description = "The message.")
  private String message = "";

  @Option(
      names = "--flood",
      paramLabel = "HOPS",
      description =
          "Over all links, so often passed on at most, for a ring that is torn; nobody counts.")
  private int hops;

  @Override
  public Integer call() throws InterruptedException {
    HttpNode http = node.connect();
    HttpRequest request =
        http.request("/v1/broadcast" + (hops == 0 ? "" : "?flood=" + hops))
            .POST(HttpRequest.BodyPublishers.ofByteArray(message.getBytes(StandardCharsets.UTF_8)))
            .build();
    JsonNode answer = HttpNode.json(HttpNode.expect(http.send(request), 200, 202));
    System.out.println(node.json() ? answer.toString() : text(answer));
    return Exit.DONE;
  }

  private String text(JsonNode answer) {
    if (hops != 0) {
      return "sent to " + answer.path("neighbours").asInt() + " neighbours";
    }
    String least = answer.path("exact").asBoolean() ? "" : "at least ";
    return "heard by " + least + answer.path("nodes").asInt() + " nodes";
  }
}
