package io.kringle.node.http;

import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.HttpResponse;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kringle.node.Kringle;
import io.kringle.replication.Recovery;
import java.util.concurrent.CompletionStage;

/** {@code /v1/arcs/{arc}/recover}: the way out when a majority is gone for good. */
final class ArcResource {
  private final Kringle node;
  private final Bodies bodies;

  ArcResource(Kringle node, Bodies bodies) {
    this.node = node;
    this.bodies = bodies;
  }

  /** Without {@code "acceptDataLoss": true} in the body it is only looked at. */
  CompletionStage<HttpResponse> recover(HttpRequest request, String arc) {
    return bodies
        .read(request)
        .thenApply(ArcResource::consent)
        .thenCompose(
            consent -> node.recover(arc, consent).thenApply(found -> answer(found, consent)));
  }

  private static Recovery.Consent consent(byte[] body) {
    JsonNode json = Json.parse(body);
    if (!json.path("acceptDataLoss").asBoolean()) {
      return Recovery.Consent.LOOK;
    }
    return json.path("halfFilled").asBoolean()
        ? Recovery.Consent.LOSE_RECORDS
        : Recovery.Consent.LOSE_WRITES;
  }

  private static HttpResponse answer(Recovery found, Recovery.Consent consent) {
    if (found.recovered() || consent == Recovery.Consent.LOOK) {
      return Json.response(200, json(found));
    }
    String why =
        found.obstacles().isEmpty()
            ? "this replica has not all records; say halfFilled to go on with those that it has"
            : String.join("; ", found.obstacles());
    return Problem.of(409, why).response();
  }

  private static ObjectNode json(Recovery found) {
    ObjectNode json = Json.object().put("number", "%016x".formatted(found.arc().number()));
    json.put("from", found.arc().arc().from().toString())
        .put("to", found.arc().arc().to().toString())
        .put("epoch", found.arc().epoch())
        .put("records", found.arc().records())
        .put("lastIndex", found.lastIndex())
        .put("lastEpoch", found.lastEpoch())
        .put("filled", found.filled());
    ArrayNode members = json.putArray("members");
    for (Recovery.Member member : found.members()) {
      members
          .addObject()
          .put("id", member.peer().id().toString())
          .put("endpoint", member.peer().endpoint().toString())
          .put("state", member.state());
    }
    ArrayNode obstacles = json.putArray("obstacles");
    found.obstacles().forEach(obstacles::add);
    return json.put("recovered", found.recovered());
  }
}
