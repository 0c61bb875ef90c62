package io.kringle.node.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.http.HttpRequest;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code arc recover}: has one replica go on when a majority is gone for good. */
@Command(
    name = "recover",
    description = {
      "Have the replica of an arc at the node that is talked to go on alone, when a majority of the"
          + " arc's members is gone for good. What only the others had decided is lost, and they"
          + " give up their replicas when they come back. Without --accept-data-loss it is only"
          + " said what would be done; exit 2.",
      "It is refused, exit 1, while a majority is there, or where another survivor knows more."
    },
    mixinStandardHelpOptions = true)
final class ArcRecoverCommand implements Callable<Integer> {
  @Mixin private final NodeAddress node = new NodeAddress();

  @Parameters(paramLabel = "ARC", description = "The arc's number, as 'arc list' shows it.")
  private String arc = "";

  @Option(names = "--accept-data-loss", description = "Do it.")
  private boolean accepted;

  @Option(
      names = "--half-filled",
      description = "Do it even if the replica has not received all records yet.")
  private boolean halfFilled;

  @Override
  public Integer call() throws InterruptedException {
    HttpNode http = node.connect();
    ObjectNode body =
        HttpNode.JSON
            .createObjectNode()
            .put("acceptDataLoss", accepted)
            .put("halfFilled", halfFilled);
    HttpRequest request =
        http.request("/v1/arcs/" + HttpNode.segment(arc) + "/recover")
            .POST(HttpRequest.BodyPublishers.ofString(body.toString()))
            .build();
    JsonNode found = HttpNode.json(HttpNode.expect(http.send(request), 200));
    System.out.println(node.json() ? found.toString() : text(found));
    if (found.path("recovered").asBoolean()) {
      return Exit.DONE;
    }
    return found.path("obstacles").isEmpty() ? Exit.USAGE : Exit.FAILED;
  }

  private static String text(JsonNode found) {
    StringBuilder text = new StringBuilder();
    text.append("arc      ")
        .append(found.path("number").asText())
        .append("  ")
        .append(found.path("from").asText())
        .append(" to ")
        .append(found.path("to").asText());
    text.append("\nrecords  about ").append(found.path("records").asLong());
    text.append("\nlast     entry ")
        .append(found.path("lastIndex").asLong())
        .append(" of epoch ")
        .append(found.path("lastEpoch").asLong());
    String margin = "\nmembers  ";
    for (JsonNode member : found.path("members")) {
      text.append(margin).append(peer(member)).append("  ").append(member.path("state").asText());
      margin = "\n         ";
    }
    return text.append('\n').append(verdict(found)).toString();
  }

  private static String peer(JsonNode member) {
    return member.path("id").asText() + "  " + member.path("endpoint").asText();
  }

  private static String verdict(JsonNode found) {
    if (found.path("recovered").asBoolean()) {
      return "recovered: this replica goes on alone, and others are taken in";
    }
    if (!found.path("obstacles").isEmpty()) {
      StringBuilder text = new StringBuilder("It would be refused:");
      found.path("obstacles").forEach(each -> text.append("\n  ").append(each.asText()));
      return text.toString();
    }
    String records =
        found.path("filled").asBoolean()
            ? ""
            : " The records of this replica are not complete: --half-filled goes on with those"
                + " that are here.";
    return "This replica would go on alone. Whatever the others have decided beyond its last entry"
        + " would be lost, and they would give up their replicas when they come back."
        + records
        + " Say --accept-data-loss to do it.";
  }
}
