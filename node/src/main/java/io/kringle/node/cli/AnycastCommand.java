package io.kringle.node.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code anycast T M}: to one subscriber that accepts, or to some. */
@Command(
    name = "anycast",
    description =
        "Hand a message to one subscriber of a topic that accepts it, and print the reply; exit 3"
            + " if nobody takes it.",
    mixinStandardHelpOptions = true)
final class AnycastCommand implements Callable<Integer> {
  @Mixin private final NodeAddress node = new NodeAddress();

  @Parameters(index = "0", paramLabel = "T", description = "The topic.")
  private String topic = "";

  @Parameters(index = "1", paramLabel = "M", description = "The message.")
  private String message = "";

  @Option(
      names = "--order",
      paramLabel = "ORDER",
      description = "Who is asked first: near (and idle; the default), random, or in-turn.")
  private String order = "near";

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      converter = DurationOption.class,
      description = "How long takers are looked for, such as 500ms or 5s (the default).")
  private Duration timeout = Duration.ofSeconds(5);

  @Option(
      names = "--idempotent",
      description =
          "It does no harm if it is handled twice: it is offered on when a taker dies or is"
              + " silent.")
  private boolean idempotent;

  @Option(
      names = "--takers",
      paramLabel = "N",
      description = "To the first N that accept; a line for each reply, exit 3 if they are fewer.")
  private int takers;

  @Override
  public Integer call() throws InterruptedException {
    HttpNode http = node.connect();
    HttpRequest request =
        http.request(HttpNode.topic(topic) + "/anycast" + query())
            .timeout(timeout.plus(HttpNode.ANSWER_TIMEOUT))
            .POST(HttpRequest.BodyPublishers.ofByteArray(message.getBytes(StandardCharsets.UTF_8)))
            .build();
    HttpResponse<byte[]> reply = HttpNode.expect(http.send(request), 200);
    if (takers != 0) {
      return replies(HttpNode.json(reply));
    } else if (node.json()) {
      ObjectNode object = HttpNode.JSON.createObjectNode().put("topic", topic);
      Output.putValue(object, reply.body());
      System.out.println(object);
    } else {
      System.out.println(new String(reply.body(), StandardCharsets.UTF_8));
    }
    return Exit.DONE;
  }

  private String query() {
    return "?order="
        + HttpNode.segment(order)
        + "&timeout="
        + timeout.toMillis()
        + "ms"
        + (idempotent ? "&idempotent" : "")
        + (takers == 0 ? "" : "&takers=" + takers);
  }

  private int replies(JsonNode answer) {
    if (node.json()) {
      System.out.println(answer);
    } else {
      answer.path("replies").forEach(each -> System.out.println(text(each)));
      System.err.println(
          answer.path("replies").size()
              + " of "
              + takers
              + " took it, "
              + answer.path("refused").asInt()
              + " refused, "
              + answer.path("unknown").asInt()
              + " unknown");
    }
    return answer.path("replies").size() == takers ? Exit.DONE : Exit.NOT_FOUND;
  }

  private static String text(JsonNode reply) {
    return reply.path("value").asText(reply.path("base64").asText());
  }
}
