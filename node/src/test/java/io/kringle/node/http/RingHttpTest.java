package io.kringle.node.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The ring and its nodes, and what is refused, row by row of the table in docs/architecture.md. */
final class RingHttpTest extends GatewayTest {
  @ParameterizedTest
  @CsvSource({
    "POST, /v1/kv/a, 'GET, HEAD, PUT, DELETE'",
    "DELETE, /v1/topics/t, 'POST, GET'",
    "GET, /v1/topics/t/anycast, POST",
    "GET, /v1/broadcast, POST",
    "GET, /v1/topics/t/retention, PUT",
    "GET, /v1/topics/t/durable/n, DELETE",
    "PUT, /v1/locate/a, GET",
    "GET, /v1/arcs/1/recover, POST",
    "POST, /v1/ring, GET",
    "POST, /v1/ring/nodes, GET",
    "POST, /metrics, GET",
    "POST, /healthz, 'GET, HEAD'"
  })
  void aWrongMethodIsToldTheRightOnes(String method, String path, String allowed) {
    HttpResponse<String> response = send(at(path).method(method, BodyPublishers.noBody()));

    assertProblem(response, 405);
    assertThat(response.headers().firstValue("Allow")).contains(allowed);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "/v1",
        "/v2/kv/a",
        "/v1/ring/nodes/x",
        "/v1/topics",
        "/v1/topics/t/x",
        "/v1/topics/t/durable",
        "/v1/topics/t/anycast/x",
        "/metrics/x"
      })
  void anUnknownPathIsAProblemToo(String path) {
    assertProblem(get(path), 404);
  }

  @Test
  void aNodeTellsOfItselfAndOfItsRing() {
    JsonNode self = json(get("/v1/ring"));
    assertThat(self.path("id").asText()).isEqualTo(node.id());
    assertThat(self.path("ringId").asText()).hasSize(40);
    assertThat(self.path("endpoint").asText()).isEqualTo(node.endpoint());
    assertThat(self.path("arcs").size()).isEqualTo(1);
    assertThat(self.path("arcs").path(0).path("daddy").asText()).isEqualTo(node.id());

    JsonNode ring = json(get("/v1/ring/nodes"));
    assertThat(ring.path("nodes").size()).isEqualTo(1);
    assertThat(ring.path("partial").asBoolean(true)).isFalse();
    JsonNode arc = ring.path("arcs").path(0);
    assertThat(arc.path("number").asText()).isEqualTo("0000000000000001");
    assertThat(arc.path("health").asText()).isEqualTo("ok");
    assertThat(arc.path("problems").size()).isZero();
  }

  @Test
  void anArcWithAMajorityIsNotRecovered() {
    String path = "/v1/arcs/0000000000000001/recover";
    HttpResponse<String> look = send(at(path).POST(BodyPublishers.noBody()));
    assertThat(look.statusCode()).isEqualTo(200);
    assertThat(json(look).path("recovered").asBoolean(true)).isFalse();
    assertThat(json(look).path("obstacles").path(0).asText()).contains("a majority");
    assertThat(json(look).path("members").path(0).path("id").asText()).isEqualTo(node.id());

    assertProblem(send(at(path).POST(BodyPublishers.ofString("{\"acceptDataLoss\": true}"))), 409);
    assertProblem(send(at(path).POST(BodyPublishers.ofString("{"))), 400);
    assertProblem(send(at("/v1/arcs/77/recover").POST(BodyPublishers.noBody())), 400);
    assertProblem(send(at("/v1/arcs/x/recover").POST(BodyPublishers.noBody())), 400);
  }

  @Test
  void aKeyIsLocated() {
    JsonNode place = json(get("/v1/locate/some%2Fkey"));

    assertThat(place.path("key").asText()).isEqualTo("some/key");
    assertThat(place.path("daddy").path("id").asText()).isEqualTo(node.id());
    assertThat(place.path("daddy").path("endpoint").asText()).isEqualTo(node.endpoint());
    assertThat(place.path("members").size()).isEqualTo(1);
    assertThat(place.path("health").asText()).isEqualTo("ok");
    assertThat(place.path("hops").asInt(-1)).isZero();
  }

  @Test
  void healthAndMetricsAreServed() {
    HttpResponse<String> health = get("/healthz");
    assertThat(health.statusCode()).isEqualTo(200);
    assertThat(json(health).path("status").asText()).isEqualTo("ok");

    get("/v1/kv/metrics");
    String metrics = get("/metrics").body();
    assertThat(metrics)
        .contains("kringle_ring_active 1.0")
        .contains("kringle_routing_routed_total")
        .contains("kringle_transport_connections")
        .contains("kringle_http_requests_seconds_count{method=\"GET\",route=\"kv\"");
  }

  @Test
  void aBroadcastSaysHowManyNodesHeardIt() {
    HttpResponse<String> response = send(at("/v1/broadcast").POST(BodyPublishers.ofString("a")));
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(json(response).path("nodes").asInt()).isEqualTo(1);
    assertThat(json(response).path("exact").asBoolean()).isTrue();

    HttpResponse<String> flood =
        send(at("/v1/broadcast?flood=3").POST(BodyPublishers.ofString("a")));
    assertThat(flood.statusCode()).isEqualTo(202);
    assertThat(json(flood).path("neighbours").asInt(-1)).isZero();
    assertProblem(send(at("/v1/broadcast?flood=x").POST(BodyPublishers.ofString("a"))), 400);
    assertProblem(send(at("/v1/broadcast?flood=65").POST(BodyPublishers.ofString("a"))), 400);
  }
}
