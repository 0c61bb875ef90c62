package io.kringle.node.http;

import akka.http.javadsl.model.ContentTypes;
import akka.http.javadsl.model.HttpEntities;
import akka.http.javadsl.model.HttpResponse;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kringle.node.KeyLocation;
import io.kringle.node.NodeInfo;
import io.kringle.node.RingNodes;
import java.io.IOException;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/** What the gateway answers, as JSON. */
final class Json {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private Json() {}

  static ObjectNode object() {
    return MAPPER.createObjectNode();
  }

  static byte[] bytes(JsonNode json) {
    try {
      return MAPPER.writeValueAsBytes(json);
    } catch (JsonProcessingException impossible) {
      throw new AssertionError("a tree can always be written", impossible);
    }
  }

  /** A body as JSON; nothing at all is the empty object. */
  static JsonNode parse(byte[] body) {
    if (body.length == 0) {
      return object();
    }
    try {
      return MAPPER.readTree(body);
    } catch (IOException notJson) {
      throw new Problem.Refusal(400, "the body is not JSON");
    }
  }

  static HttpResponse response(int status, JsonNode json) {
    return HttpResponse.create()
        .withStatus(status)
        .withEntity(HttpEntities.create(ContentTypes.APPLICATION_JSON, bytes(json)));
  }

  /** A value is text if it is UTF-8, else Base64 under a name that says so. */
  static ObjectNode putValue(ObjectNode json, byte[] value) {
    return Opaque.text(value)
        .map(text -> json.put("value", text))
        .orElseGet(() -> json.put("base64", Base64.getEncoder().encodeToString(value)));
  }

  static ObjectNode location(KeyLocation location) {
    NodeInfo.Replica replica = location.replica();
    ObjectNode json = object().put("key", location.key()).put("id", location.id());
    json.set("arc", arc(replica.from(), replica.to()).put("number", replica.number()));
    json.put("epoch", replica.epoch());
    replica
        .daddy()
        .flatMap(daddy -> find(replica.members(), daddy))
        .ifPresent(daddy -> json.set("daddy", member(daddy)));
    json.set("members", members(replica, replica.members()));
    json.set("learners", members(replica, replica.learners()));
    health(replica, json);
    location.hops().ifPresent(hops -> json.put("hops", hops));
    return json;
  }

  private static Optional<NodeInfo.Member> find(List<NodeInfo.Member> members, String id) {
    return members.stream().filter(member -> member.id().equals(id)).findFirst();
  }

  static ObjectNode ring(RingNodes ring) {
    ObjectNode json = object();
    ArrayNode nodes = json.putArray("nodes");
    ring.nodes().forEach(node -> nodes.add(node(node)));
    ArrayNode arcs = json.putArray("arcs");
    ring.arcs().forEach(replica -> arcs.add(replica(replica)));
    return json.put("partial", ring.partial());
  }

  static ObjectNode node(NodeInfo node) {
    ObjectNode json = object().put("id", node.id()).put("endpoint", node.endpoint());
    node.ringId().ifPresent(ring -> json.put("ringId", ring));
    json.put("active", node.active());
    json.set("arc", arc(node.from(), node.to()));
    ObjectNode leaves = json.putObject("leafSet");
    leaves.set("clockwise", members(node.clockwise()));
    leaves.set("counterClockwise", members(node.counterClockwise()));
    ArrayNode arcs = json.putArray("arcs");
    node.arcs().forEach(replica -> arcs.add(replica(replica)));
    return json;
  }

  private static ObjectNode replica(NodeInfo.Replica replica) {
    ObjectNode json =
        arc(replica.from(), replica.to())
            .put("number", replica.number())
            .put("epoch", replica.epoch());
    replica.daddy().ifPresent(daddy -> json.put("daddy", daddy));
    json.set("members", members(replica, replica.members()));
    json.set("learners", members(replica, replica.learners()));
    json.put("records", replica.records()).put("applied", replica.applied());
    return health(replica, json);
  }

  private static ObjectNode health(NodeInfo.Replica replica, ObjectNode json) {
    json.put("health", replica.health());
    ArrayNode problems = json.putArray("problems");
    replica.problems().forEach(problems::add);
    return json;
  }

  /** Members with what the daddy knows of them. */
  private static ArrayNode members(NodeInfo.Replica replica, List<NodeInfo.Member> members) {
    ArrayNode json = MAPPER.createArrayNode();
    for (NodeInfo.Member member : members) {
      ObjectNode one = member(member);
      replica.lagOf(member.id()).ifPresent(lag -> one.put("lag", lag));
      json.add(one);
    }
    return json;
  }

  private static ObjectNode arc(String from, String to) {
    return object().put("from", from).put("to", to);
  }

  private static ArrayNode members(List<NodeInfo.Member> members) {
    ArrayNode json = MAPPER.createArrayNode();
    members.forEach(member -> json.add(member(member)));
    return json;
  }

  private static ObjectNode member(NodeInfo.Member member) {
    return object().put("id", member.id()).put("endpoint", member.endpoint());
  }
}
