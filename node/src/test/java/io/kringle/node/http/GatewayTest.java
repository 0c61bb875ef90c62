package io.kringle.node.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kringle.node.Kringle;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The gateway of a real node that is alone, and how it is talked to. */
abstract class GatewayTest {
  static final HttpClient CLIENT = HttpClient.newHttpClient();
  static Kringle node;

  @BeforeAll
  static void start() {
    node =
        Kringle.builder()
            .http("127.0.0.1:0")
            .set("store.max-value", "1 KiB")
            .set("http-gateway.heartbeat", "200ms")
            .set("http-gateway.max-event-streams", 8)
            .startAndWait();
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  static HttpRequest.Builder at(String path) {
    return HttpRequest.newBuilder(URI.create("http://" + node.httpEndpoint().orElseThrow() + path))
        .timeout(Duration.ofSeconds(20));
  }

  static HttpResponse<String> send(HttpRequest.Builder request) {
    try {
      return CLIENT.send(request.build(), BodyHandlers.ofString());
    } catch (IOException | InterruptedException failed) {
      throw new AssertionError(failed);
    }
  }

  static HttpResponse<String> get(String path) {
    return send(at(path).GET());
  }

  static HttpResponse<String> put(String path, String body, String... headers) {
    HttpRequest.Builder request = at(path).PUT(BodyPublishers.ofString(body));
    return send(headers.length == 0 ? request : request.headers(headers));
  }

  static HttpResponse<String> delete(String path, String... headers) {
    HttpRequest.Builder request = at(path).DELETE();
    return send(headers.length == 0 ? request : request.headers(headers));
  }

  static String tag(HttpResponse<?> response) {
    return response.headers().firstValue("ETag").orElse("");
  }

  static JsonNode json(HttpResponse<String> response) {
    try {
      return new ObjectMapper().readTree(response.body());
    } catch (IOException notJson) {
      throw new AssertionError(response.body(), notJson);
    }
  }

  static void assertProblem(HttpResponse<String> response, int status) {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    assertThat(response.headers().firstValue("Content-Type")).contains("application/problem+json");
    JsonNode problem = json(response);
    assertThat(problem.path("status").asInt()).isEqualTo(status);
    assertThat(problem.path("title").asText()).isNotEmpty();
    assertThat(problem.path("type").asText()).isNotEmpty();
    assertThat(problem.path("detail").asText()).isNotEmpty();
  }
}
