package io.kringle.node.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code locate K}: who keeps a key. */
@Command(
    name = "locate",
    description = "Show the id of a key, its arc, its daddy node and the other replicas.",
    mixinStandardHelpOptions = true)
final class LocateCommand implements Callable<Integer> {
  @Mixin private final NodeAddress node = new NodeAddress();

  @Parameters(paramLabel = "K", description = "The key.")
  private String key = "";

  @Override
  public Integer call() throws InterruptedException {
    JsonNode place = node.connect().getJson("/v1/locate/" + HttpNode.segment(key));
    if (node.json()) {
      System.out.println(place);
      return Exit.DONE;
    }
    System.out.println("key      " + key);
    System.out.println("id       " + place.path("id").asText());
    System.out.println(
        "arc      "
            + place.path("arc").path("number").asText()
            + "  "
            + place.path("arc").path("from").asText()
            + " to "
            + place.path("arc").path("to").asText());
    System.out.println("epoch    " + place.path("epoch").asLong());
    System.out.println("daddy    " + peer(place.path("daddy")));
    List<String> members = new ArrayList<>();
    place.path("members").forEach(member -> members.add(member(member)));
    place.path("learners").forEach(learner -> members.add(member(learner) + "  being filled"));
    System.out.println("members  " + String.join("\n         ", members));
    System.out.println("health   " + ArcLines.health(place));
    return Exit.DONE;
  }

  private static String member(JsonNode member) {
    long lag = member.path("lag").asLong();
    return peer(member) + (lag > 0 ? "  " + lag + " entries behind" : "");
  }

  private static String peer(JsonNode peer) {
    return peer.path("id").asText("unknown") + "  " + peer.path("endpoint").asText("");
  }
}
