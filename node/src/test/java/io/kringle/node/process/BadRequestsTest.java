package io.kringle.node.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kringle.ring.Endpoint;
import io.kringle.testkit.JvmNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that are wrong, byte for byte: each gets its problem document, and the node stays. */
class BadRequestsTest {
  private static final int LIMIT = 900 * 1024;

  @TempDir static Path directory;
  private static Processes processes;
  private static JvmNode node;
  private static Web web;

  @BeforeAll
  static void startOne() {
    processes = new Processes(directory);
    node = processes.start("a");
    web = new Web(node);
  }

  @AfterAll
  static void killAll() {
    processes.close();
  }

  @AfterEach
  void theNodeStays() {
    assertThat(web.get("/healthz").statusCode()).isEqualTo(200);
    assertThat(node.isAlive()).isTrue();
  }

  /** Status line, header and body, as they came over a connection that ends with the answer. */
  private static String raw(String request) throws IOException {
    Endpoint at = Endpoint.parse(node.http());
    try (Socket socket = new Socket(at.host(), at.port())) {
      socket.setSoTimeout(20_000);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static String request(String method, String path, String... headers) {
    StringBuilder text = new StringBuilder(method + " " + path + " HTTP/1.1\r\nHost: x\r\n");
    for (String header : headers) {
      text.append(header).append("\r\n");
    }
    return text.append("Connection: close\r\n\r\n").toString();
  }

  private static void assertProblem(String answer, int status) throws IOException {
    assertThat(answer).startsWith("HTTP/1.1 " + status + " ");
    assertThat(answer).containsIgnoringCase("Content-Type: application/problem+json");
    String body = answer.substring(answer.indexOf("\r\n\r\n") + 4);
    JsonNode problem = new ObjectMapper().readTree(body.substring(body.indexOf('{')));
    assertThat(problem.path("status").asInt()).isEqualTo(status);
    assertThat(problem.path("title").asText()).isNotEmpty();
    assertThat(problem.path("detail").asText()).isNotEmpty();
  }

  private static void assertProblem(HttpResponse<String> response, int status) throws IOException {
    assertThat(response.statusCode()).isEqualTo(status);
    assertThat(response.headers().firstValue("Content-Type")).contains("application/problem+json");
    assertThat(new ObjectMapper().readTree(response.body()).path("status").asInt())
        .isEqualTo(status);
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "HEAD", "PUT", "DELETE"})
  void aKeyThatIsNone(String method) throws IOException {
    assertRefused(method, "", 400);
    assertRefused(method, "k".repeat(1_025), 400);
    assertRefused(method, "%F0%9F%A5%A8".repeat(257), 400);
    assertRefused(method, "k".repeat(10_000), 414);
  }

  private static void assertRefused(String method, String key, int status) throws IOException {
    String answer = raw(request(method, "/v1/kv/" + key, "Content-Length: 0"));
    if (method.equals("HEAD")) {
      assertThat(answer).startsWith("HTTP/1.1 " + status + " ");
    } else {
      assertProblem(answer, status);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/v1/kv/%", "/v1/kv/%zz", "/v1/kv/a%4", "/v1/kv/%C3%28", "/v1/kv/%FF"})
  void aPathThatCannotBeDecoded(String path) throws IOException {
    assertProblem(raw(request("GET", path)), 400);
    assertProblem(raw(request("PUT", path, "Content-Length: 0")), 400);
  }

  @Test
  void whatIsNoRequest() throws IOException {
    assertProblem(raw(request("BREW", "/v1/kv/a")), 501);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "If-Match: 1",
        "If-Match: \"x\"",
        "If-Match: \"1\" \"2\"",
        "If-Match: W/\"1\"",
        "If-Match: ,",
        "If-None-Match: \"1\"",
        "If-Match: \"99999999999999999999\"",
        "If-Match: *\r\nIf-None-Match: *",
      })
  void aConditionThatIsNotUnderstood(String header) throws IOException {
    assertProblem(raw(request("PUT", "/v1/kv/condition", header, "Content-Length: 0")), 400);
    assertThat(web.get("/v1/kv/condition").statusCode()).isEqualTo(404);
  }

  @Test
  void aValueOverTheLimitWithAndWithoutItsLength() throws IOException {
    byte[] tooLarge = new byte[LIMIT + 1];
    assertProblem(raw(request("PUT", "/v1/kv/large", "Content-Length: " + tooLarge.length)), 413);
    assertProblem(
        Web.send(
            web.at("/v1/kv/large")
                .PUT(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(tooLarge)))),
        413);
    assertThat(web.get("/v1/kv/large").statusCode()).isEqualTo(404);

    String largest = "x".repeat(LIMIT);
    assertThat(web.put("/v1/kv/large", largest).statusCode()).isEqualTo(201);
    assertThat(web.get("/v1/kv/large").body()).isEqualTo(largest);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/", "/v1", "/v2/kv/a", "/v1/kv/a/b", "/v1/ring/x", "/v1/topics", "/v1/locate"})
  void anUnknownPath(String path) throws IOException {
    assertProblem(raw(request("GET", path)), 404);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "POST /v1/kv/a",
        "PATCH /v1/kv/a",
        "OPTIONS /v1/kv/a",
        "DELETE /v1/topics/t",
        "GET /v1/topics/t/anycast",
        "PUT /v1/ring",
        "POST /healthz",
      })
  void aWrongMethod(String line) throws IOException {
    int blank = line.indexOf(' ');
    String answer =
        raw(request(line.substring(0, blank), line.substring(blank + 1), "Content-Length: 0"));
    assertProblem(answer, 405);
    assertThat(answer).contains("Allow: ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a%2Fb", "%20", "gr%C3%BC%C3%9Fe", "%F0%9F%A5%A8", "a+b", "%25", "..%2F"})
  void anyKeyAndAnyBytesGoRound(String key) throws IOException {
    byte[] bytes = new byte[256];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) i;
    }
    assertThat(
            Web.send(web.at("/v1/kv/" + key).PUT(BodyPublishers.ofByteArray(bytes))).statusCode())
        .isEqualTo(201);
    HttpResponse<String> head =
        Web.send(web.at("/v1/kv/" + key).method("HEAD", BodyPublishers.noBody()));
    assertThat(head.statusCode()).isEqualTo(200);
    assertThat(Web.tag(head)).isEqualTo("\"1\"");
    assertThat(Web.bytes(web.at("/v1/kv/" + key).GET())).isEqualTo(bytes);
  }

  @Test
  void keysThatLookAlikeAreTwo() {
    assertThat(web.put("/v1/kv/one%2Ftwo", "slash").statusCode()).isEqualTo(201);
    assertThat(web.put("/v1/kv/one%252Ftwo", "percent").statusCode()).isEqualTo(201);
    assertThat(web.get("/v1/kv/one%2ftwo").body()).isEqualTo("slash");
    assertThat(web.json("/v1/locate/one%2Ftwo").path("key").asText()).isEqualTo("one/two");
  }
}
