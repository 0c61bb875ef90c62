package io.kringle.node.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kringle.node.Kringle;
import io.kringle.node.TopicHandler;
import io.kringle.node.TopicMessage;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The gateway of a real node that is alone, row by row of the table in docs/architecture.md. */
class HttpTest {
  private static final HttpClient CLIENT = HttpClient.newHttpClient();
  private static Kringle node;

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

  private static HttpRequest.Builder at(String path) {
    return HttpRequest.newBuilder(URI.create("http://" + node.httpEndpoint().orElseThrow() + path))
        .timeout(Duration.ofSeconds(20));
  }

  private static HttpResponse<String> send(HttpRequest.Builder request) {
    try {
      return CLIENT.send(request.build(), BodyHandlers.ofString());
    } catch (IOException | InterruptedException failed) {
      throw new AssertionError(failed);
    }
  }

  private static HttpResponse<String> get(String path) {
    return send(at(path).GET());
  }

  private static HttpResponse<String> put(String path, String body, String... headers) {
    HttpRequest.Builder request = at(path).PUT(BodyPublishers.ofString(body));
    return send(headers.length == 0 ? request : request.headers(headers));
  }

  private static HttpResponse<String> delete(String path, String... headers) {
    HttpRequest.Builder request = at(path).DELETE();
    return send(headers.length == 0 ? request : request.headers(headers));
  }

  private static String tag(HttpResponse<?> response) {
    return response.headers().firstValue("ETag").orElse("");
  }

  private static JsonNode json(HttpResponse<String> response) {
    try {
      return new ObjectMapper().readTree(response.body());
    } catch (IOException notJson) {
      throw new AssertionError(response.body(), notJson);
    }
  }

  private static void assertProblem(HttpResponse<String> response, int status) {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
    assertThat(response.headers().firstValue("Content-Type")).contains("application/problem+json");
    JsonNode problem = json(response);
    assertThat(problem.path("status").asInt()).isEqualTo(status);
    assertThat(problem.path("title").asText()).isNotEmpty();
    assertThat(problem.path("type").asText()).isNotEmpty();
    assertThat(problem.path("detail").asText()).isNotEmpty();
  }

  @Test
  void aRecordIsCreatedReadReplacedDeletedAndCreatedAgain() {
    HttpResponse<String> never = get("/v1/kv/life");
    assertProblem(never, 404);
    assertThat(never.headers().firstValue("ETag")).isEmpty();

    HttpResponse<String> created = put("/v1/kv/life", "one");
    assertThat(created.statusCode()).isEqualTo(201);
    assertThat(tag(created)).isEqualTo("\"1\"");

    HttpResponse<String> replaced = put("/v1/kv/life", "two");
    assertThat(replaced.statusCode()).isEqualTo(200);
    assertThat(tag(replaced)).isEqualTo("\"2\"");

    HttpResponse<String> read = get("/v1/kv/life");
    assertThat(read.statusCode()).isEqualTo(200);
    assertThat(read.body()).isEqualTo("two");
    assertThat(tag(read)).isEqualTo("\"2\"");

    assertThat(delete("/v1/kv/life").statusCode()).isEqualTo(204);
    HttpResponse<String> deleted = get("/v1/kv/life");
    assertProblem(deleted, 404);
    assertThat(tag(deleted)).isEqualTo("\"3\"");
    HttpResponse<String> twice = delete("/v1/kv/life");
    assertProblem(twice, 404);
    assertThat(tag(twice)).isEqualTo("\"3\"");

    HttpResponse<String> again = put("/v1/kv/life", "three");
    assertThat(again.statusCode()).isEqualTo(201);
    assertThat(tag(again)).isEqualTo("\"4\"");
  }

  @Test
  void headIsGetWithoutTheBody() {
    put("/v1/kv/head", "12345");

    HttpResponse<String> head = send(at("/v1/kv/head").method("HEAD", BodyPublishers.noBody()));

    assertThat(head.statusCode()).isEqualTo(200);
    assertThat(head.body()).isEmpty();
    assertThat(tag(head)).isEqualTo("\"1\"");
    assertThat(send(at("/v1/kv/none").method("HEAD", BodyPublishers.noBody())).statusCode())
        .isEqualTo(404);
  }

  @Test
  void aConditionThatFailsSaysTheCurrentTag() {
    put("/v1/kv/condition", "one");
    put("/v1/kv/condition", "two");

    HttpResponse<String> stale = put("/v1/kv/condition", "x", "If-Match", "\"1\"");
    assertProblem(stale, 412);
    assertThat(tag(stale)).isEqualTo("\"2\"");
    HttpResponse<String> absent = put("/v1/kv/condition", "x", "If-None-Match", "*");
    assertProblem(absent, 412);
    assertThat(tag(absent)).isEqualTo("\"2\"");
    assertProblem(delete("/v1/kv/condition", "If-Match", "\"1\""), 412);
    assertProblem(put("/v1/kv/condition-none", "x", "If-Match", "*"), 412);
    assertProblem(put("/v1/kv/condition", "x", "If-Match", "\"7\", \"8\""), 412);

    assertThat(get("/v1/kv/condition").body()).isEqualTo("two");
  }

  @Test
  void aConditionThatHoldsLetsTheWriteThrough() {
    assertThat(put("/v1/kv/holds", "1", "If-None-Match", "*").statusCode()).isEqualTo(201);
    assertThat(put("/v1/kv/holds", "2", "If-Match", "\"1\"").statusCode()).isEqualTo(200);
    assertThat(put("/v1/kv/holds", "3", "If-Match", "*").statusCode()).isEqualTo(200);
    assertThat(put("/v1/kv/holds", "4", "If-Match", "\"9\",\"3\"").statusCode()).isEqualTo(200);
    assertThat(delete("/v1/kv/holds", "If-Match", "\"4\"").statusCode()).isEqualTo(204);
  }

  @ParameterizedTest
  @ValueSource(strings = {"5", "\"five\"", "\"5\" \"6\"", "W/\"5\"", "\"5", "*, \"5\""})
  void aConditionThatIsNotUnderstoodIsABadRequest(String condition) {
    assertProblem(put("/v1/kv/bad", "x", "If-Match", condition), 400);
    assertProblem(delete("/v1/kv/bad", "If-Match", condition), 400);
  }

  @Test
  void contradictingConditionsAreABadRequest() {
    assertProblem(put("/v1/kv/bad", "x", "If-Match", "\"1\"", "If-None-Match", "*"), 400);
    assertProblem(put("/v1/kv/bad", "x", "If-None-Match", "\"1\""), 400);
    assertProblem(delete("/v1/kv/bad", "If-None-Match", "*"), 400);
  }

  @Test
  void aKeyIsOneSegmentPercentDecoded() {
    put("/v1/kv/a%2Fb%20%C3%A4", "slash");

    assertThat(node.store().get("a/b ä").toCompletableFuture().join().text()).contains("slash");
    assertThat(get("/v1/kv/a%2fb%20ä".replace("ä", "%c3%a4")).body()).isEqualTo("slash");
    assertProblem(get("/v1/kv/a/b"), 404);
  }

  @Test
  void anEmptyOrOverlongKeyIsABadRequest() {
    assertProblem(get("/v1/kv/"), 400);
    assertProblem(put("/v1/kv/", "x"), 400);
    assertProblem(get("/v1/kv/" + "k".repeat(1025)), 400);
    assertProblem(get("/v1/kv/" + "k".repeat(1024)), 404);
  }

  @Test
  void aValueOverTheLimitIsTooLarge() throws IOException, InterruptedException {
    assertThat(put("/v1/kv/large", "x".repeat(1024)).statusCode()).isEqualTo(201);
    assertProblem(put("/v1/kv/large", "x".repeat(1025)), 413);

    InputStream unknownLength =
        new ByteArrayInputStream("x".repeat(5000).getBytes(StandardCharsets.UTF_8));
    assertProblem(
        send(at("/v1/kv/large").PUT(BodyPublishers.ofInputStream(() -> unknownLength))), 413);
  }

  @Test
  void theTypeOfAValueIsGuessedFromItsBytes() {
    assertThat(typeOf("{\"a\": [1, 2]}")).isEqualTo("application/json");
    assertThat(typeOf("{\"a\": ")).isEqualTo("text/plain; charset=UTF-8");
    assertThat(typeOf("grüezi")).isEqualTo("text/plain; charset=UTF-8");
    assertThat(typeOf("1 2")).isEqualTo("text/plain; charset=UTF-8");
    send(at("/v1/kv/type").PUT(BodyPublishers.ofByteArray(new byte[] {(byte) 0xff, 0, 1})));
    assertThat(get("/v1/kv/type").headers().firstValue("Content-Type"))
        .contains("application/octet-stream");
  }

  private static String typeOf(String value) {
    put("/v1/kv/type", value);
    return get("/v1/kv/type").headers().firstValue("Content-Type").orElse("");
  }

  @Test
  void anEncodedBodyIsRefused() {
    assertProblem(put("/v1/kv/zip", "x", "Content-Encoding", "gzip"), 415);
  }

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
  void publishIsAcknowledgedWithItsNumber() {
    HttpResponse<String> first = send(at("/v1/topics/news").POST(BodyPublishers.ofString("a")));
    HttpResponse<String> second = send(at("/v1/topics/news").POST(BodyPublishers.ofString("b")));

    assertThat(first.statusCode()).isEqualTo(202);
    assertThat(json(second).path("sequence").asLong())
        .isGreaterThan(json(first).path("sequence").asLong());
  }

  @Test
  void anAnycastWithoutTakersIsNotFound() {
    HttpResponse<String> response =
        send(at("/v1/topics/nobody/anycast").POST(BodyPublishers.ofString("a")));

    assertProblem(response, 404);
    assertThat(json(response).path("type").asText()).isEqualTo("urn:kringle:no-taker");
  }

  @Test
  void anAnycastGivesTheTakersReply() {
    TopicHandler taker =
        new TopicHandler() {
          @Override
          public void received(TopicMessage message) {}

          @Override
          public CompletionStage<Optional<byte[]>> offered(TopicMessage message) {
            return CompletableFuture.completedFuture(
                Optional.of(("took " + message.text()).getBytes(StandardCharsets.UTF_8)));
          }
        };
    node.topics().subscribe("work", taker).toCompletableFuture().join();

    HttpResponse<String> response =
        send(at("/v1/topics/work/anycast").POST(BodyPublishers.ofString("job")));

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body()).isEqualTo("took job");
  }

  @Test
  void aManycastGivesAllRepliesAndSaysHowManyRefused() {
    for (int i = 0; i < 2; i++) {
      node.topics().subscribe("crew", new Willing("hand " + i)).toCompletableFuture().join();
    }
    node.topics().subscribe("crew", message -> {}).toCompletableFuture().join();

    HttpResponse<String> response =
        send(
            at("/v1/topics/crew/anycast?takers=5&order=in-turn&timeout=2s&idempotent")
                .POST(BodyPublishers.ofString("job")));

    assertThat(response.statusCode()).isEqualTo(200);
    JsonNode answer = json(response);
    assertThat(answer.path("wanted").asInt()).isEqualTo(5);
    assertThat(answer.path("replies").findValuesAsText("value"))
        .containsExactlyInAnyOrder("hand 0", "hand 1");
    assertThat(answer.path("refused").asInt()).isEqualTo(1);
    assertThat(answer.path("unknown").asInt(-1)).isZero();
    assertThat(answer.path("askedAll").asBoolean()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"order=x", "timeout=x", "timeout=0s", "timeout=2h", "takers=x", "takers=0"})
  void anAnycastWithOptionsThatAreNoneIsRefused(String query) {
    HttpResponse<String> response =
        send(at("/v1/topics/t/anycast?" + query).POST(BodyPublishers.ofString("a")));
    assertProblem(response, 400);
  }

  @Test
  void aStreamIsNotDurableAndOfAGroup() {
    assertProblem(get("/v1/topics/jobs?group=a&durable=b"), 400);
  }

  @Test
  void twoStreamsOfAGroupShareATopic() throws IOException, InterruptedException {
    HttpResponse<InputStream> first =
        CLIENT.send(at("/v1/topics/jobs?group=crew").build(), BodyHandlers.ofInputStream());
    HttpResponse<InputStream> second =
        CLIENT.send(at("/v1/topics/jobs?group=crew").build(), BodyHandlers.ofInputStream());
    try (BufferedReader one =
            new BufferedReader(new InputStreamReader(first.body(), StandardCharsets.UTF_8));
        BufferedReader other =
            new BufferedReader(new InputStreamReader(second.body(), StandardCharsets.UTF_8))) {
      assertThat(next(one)).isEqualTo("event: subscribed|data: {\"group\":\"crew\"}|");
      assertThat(next(other)).isEqualTo("event: subscribed|data: {\"group\":\"crew\"}|");
      node.topics().publish("jobs", "a").toCompletableFuture().join();
      node.topics().publish("jobs", "b").toCompletableFuture().join();
      assertThat(List.of(next(one), next(other)))
          .containsExactlyInAnyOrder(
              "id: 1|event: message|data: a|", "id: 2|event: message|data: b|");
    }
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

  /** Takes every anycast. */
  private record Willing(String reply) implements TopicHandler {
    @Override
    public void received(TopicMessage message) {}

    @Override
    public CompletionStage<Optional<byte[]>> offered(TopicMessage message) {
      return CompletableFuture.completedFuture(Optional.of(reply.getBytes(StandardCharsets.UTF_8)));
    }
  }

  @Test
  void aStreamBringsEventsCommentsAndAnycasts() throws IOException, InterruptedException {
    HttpResponse<InputStream> stream =
        CLIENT.send(
            at("/v1/topics/stream%2F1?accept=anycast").header("Last-Event-ID", "7").build(),
            BodyHandlers.ofInputStream());
    assertThat(stream.statusCode()).isEqualTo(200);
    assertThat(stream.headers().firstValue("Content-Type").orElse(""))
        .startsWith("text/event-stream");
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(stream.body(), StandardCharsets.UTF_8))) {
      assertThat(lines.readLine()).startsWith(":");
      assertThat(lines.readLine()).isEmpty();
      assertThat(next(lines)).isEqualTo("id: 0|event: subscribed|data: {\"after\":0}|");

      long number =
          node.topics().publish("stream/1", "two\nlines").toCompletableFuture().join().sequence();
      assertThat(next(lines)).isEqualTo("id: " + number + "|event: message|data: two|data: lines|");

      HttpResponse<String> anycast =
          send(at("/v1/topics/stream%2F1/anycast").POST(BodyPublishers.ofString("take it")));
      assertThat(json(anycast).path("acceptedBy").asText()).isEqualTo(node.id());
      assertThat(next(lines)).isEqualTo("event: anycast|data: take it|");

      assertThat(lines.readLine()).as("a heartbeat within 200 ms of silence").startsWith(":");
    }
  }

  @Test
  void aStreamBeginsWhereItIsAskedTo() throws IOException, InterruptedException {
    for (String text : List.of("one", "two", "three")) {
      send(at("/v1/topics/kept").POST(BodyPublishers.ofString(text)));
    }
    String one = "id: 1|event: message|data: one|";
    String three = "id: 3|event: message|data: three|";

    assertThat(first(at("/v1/topics/kept?from=oldest"), 0)).isEqualTo(one);
    assertThat(first(at("/v1/topics/kept?from=3"), 2)).isEqualTo(three);
    assertThat(first(at("/v1/topics/kept?from=oldest").header("Last-Event-ID", "2"), 2))
        .as("who comes back goes on")
        .isEqualTo(three);
    assertProblem(get("/v1/topics/kept?from=0"), 400);
    assertProblem(get("/v1/topics/kept?from=then"), 400);
    assertProblem(send(at("/v1/topics/kept").header("Last-Event-ID", "x").GET()), 400);
  }

  @Test
  void whatIsPublishedAgainWithItsKeyIsOneMessage() throws IOException, InterruptedException {
    for (String text : List.of("one", "one again")) {
      HttpResponse<String> published =
          send(
              at("/v1/topics/once")
                  .header("Idempotency-Key", "order 1")
                  .POST(BodyPublishers.ofString(text)));
      assertThat(published.statusCode()).isEqualTo(202);
      assertThat(json(published).path("sequence").asInt()).isEqualTo(1);
    }
    assertThat(first(at("/v1/topics/once?from=oldest"), 0))
        .isEqualTo("id: 1|event: message|data: one|");
    HttpResponse<String> other =
        send(
            at("/v1/topics/once")
                .header("Idempotency-Key", "order 2")
                .POST(BodyPublishers.ofString("two")));
    assertThat(json(other).path("sequence").asInt()).isEqualTo(2);
    assertProblem(
        send(
            at("/v1/topics/once")
                .header("Idempotency-Key", "x".repeat(257))
                .POST(BodyPublishers.ofString("three"))),
        400);
  }

  @Test
  void howMuchOfATopicIsKeptIsSaid() throws IOException, InterruptedException {
    for (String text : List.of("one", "two", "three", "four")) {
      send(at("/v1/topics/short").POST(BodyPublishers.ofString(text)));
    }
    HttpResponse<String> kept =
        send(at("/v1/topics/short/retention?items=2&age=5m").PUT(BodyPublishers.noBody()));
    assertThat(kept.statusCode()).isEqualTo(200);
    assertThat(json(kept).path("items").asInt()).isEqualTo(2);
    assertThat(json(kept).path("bytes").asLong()).isEqualTo(64 << 20);
    assertThat(json(kept).path("ageMillis").asLong()).isEqualTo(300_000);
    assertThat(first(at("/v1/topics/short?from=oldest"), 2))
        .isEqualTo("id: 3|event: message|data: three|");
    assertThat(first(at("/v1/topics/short?from=1"), 2))
        .as("what is kept no more is told")
        .isEqualTo("id: 2|event: missed|data: {\"missed\":2,\"from\":1}|");
    for (String wrong : List.of("items=0", "items=x", "age=soon", "bytes=99999999999999999999")) {
      assertProblem(
          send(at("/v1/topics/short/retention?" + wrong).PUT(BodyPublishers.noBody())), 400);
    }
  }

  @Test
  void aDurableStreamGoesOnWhereTheOneBeforeWas() throws IOException, InterruptedException {
    String path = "/v1/topics/lasting?durable=a%20b";
    try (BufferedReader lines = lines(path)) {
      assertThat(next(lines)).contains("subscribed");
      send(at("/v1/topics/lasting").POST(BodyPublishers.ofString("one")));
      assertThat(next(lines)).isEqualTo("id: 1|event: message|data: one|");
      try (InputStream other = CLIENT.send(at(path).build(), BodyHandlers.ofInputStream()).body()) {
        assertThat(next(lines)).startsWith("event: ended|").contains("taken over");
        assertThat(other.read()).isEqualTo(':');
      }
    }
    send(at("/v1/topics/lasting").POST(BodyPublishers.ofString("two")));
    try (BufferedReader lines = lines(path)) {
      assertThat(next(lines)).contains("subscribed");
      String message = next(lines);
      assertThat(message.contains("data: one") ? next(lines) : message)
          .as("what was done just now may come again, and nothing is left out")
          .isEqualTo("id: 2|event: message|data: two|");
    }
    assertThat(send(at("/v1/topics/lasting/durable/a%20b").DELETE()).statusCode()).isEqualTo(204);
    assertProblem(send(at("/v1/topics/lasting/durable/a%20b").DELETE()), 404);
    assertProblem(get("/v1/topics/lasting?durable="), 400);
  }

  private static BufferedReader lines(String path) throws IOException, InterruptedException {
    InputStream body = CLIENT.send(at(path).build(), BodyHandlers.ofInputStream()).body();
    return new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8));
  }

  @Test
  void aMessageMayBeLargerThanAValue() throws IOException, InterruptedException {
    String large = "large ".repeat(500_000);
    assertThat(send(at("/v1/topics/large").POST(BodyPublishers.ofString(large))).statusCode())
        .isEqualTo(202);
    assertThat(first(at("/v1/topics/large?from=oldest"), 0))
        .isEqualTo("id: 1|event: message|data: " + large + "|");
  }

  /** The first message of a stream that says that it begins after a number. */
  private static String first(HttpRequest.Builder request, long after)
      throws IOException, InterruptedException {
    HttpResponse<InputStream> stream = CLIENT.send(request.build(), BodyHandlers.ofInputStream());
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(stream.body(), StandardCharsets.UTF_8))) {
      String opening = "id: %d|event: subscribed|data: {\"after\":%d}|".formatted(after, after);
      assertThat(next(lines)).isEqualTo(opening);
      return next(lines);
    }
  }

  private static String next(BufferedReader lines) throws IOException {
    StringBuilder event = new StringBuilder();
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      if (line.isEmpty() && event.length() > 0) {
        return event.toString();
      }
      if (!line.isEmpty() && !line.startsWith(":")) {
        event.append(line).append('|');
      }
    }
    throw new AssertionError("the stream ended after " + event);
  }

  @Test
  void aStreamThatGoesTakesItsSubscriptionAlong() throws IOException, InterruptedException {
    HttpResponse<InputStream> stream =
        CLIENT.send(at("/v1/topics/gone?accept=anycast").build(), BodyHandlers.ofInputStream());
    stream.body().close();

    await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(
            () ->
                assertThat(
                        send(at("/v1/topics/gone/anycast").POST(BodyPublishers.ofString("x")))
                            .statusCode())
                    .isEqualTo(404));
  }

  @Test
  void aStaleReadSaysSo() {
    put("/v1/kv/stale", "one");
    HttpResponse<String> read = get("/v1/kv/stale?stale-ok");
    assertThat(read.statusCode()).isEqualTo(200);
    assertThat(read.body()).isEqualTo("one");
    assertThat(tag(read)).isEqualTo("\"1\"");
    assertThat(read.headers().firstValue("Kringle-Read")).contains("stale");
    assertThat(get("/v1/kv/stale").headers().firstValue("Kringle-Read")).isEmpty();
    assertProblem(get("/v1/kv/stale-never?stale-ok"), 404);
  }

  @Test
  void aRecordWithATimeToLiveGoes() {
    assertThat(put("/v1/kv/brief?ttl=300ms", "soon gone").statusCode()).isEqualTo(201);
    assertThat(put("/v1/kv/long?ttl=2h", "there").statusCode()).isEqualTo(201);
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> assertProblem(get("/v1/kv/brief"), 404));
    assertThat(get("/v1/kv/long").body()).isEqualTo("there");
    assertProblem(put("/v1/kv/brief?ttl=soon", "v"), 400);
    assertProblem(put("/v1/kv/brief?ttl=0s", "v"), 400);
  }

  @Test
  void aScanShowsEachRecordOncePageByPage() {
    for (int i = 0; i < 5; i++) {
      put("/v1/kv/scanned%20" + i, "value " + i);
    }
    send(at("/v1/kv/scanned%20bytes").PUT(BodyPublishers.ofByteArray(new byte[] {-1, 2})));
    List<String> met = new ArrayList<>();
    String after = "";
    do {
      JsonNode page = json(get("/v1/kv?prefix=scanned%20&limit=2" + after));
      for (JsonNode record : page.path("records")) {
        met.add(record.path("key").asText());
        assertThat(record.path("version").asLong()).isEqualTo(1);
        assertThat(record.has("value") ^ record.has("base64")).isTrue();
      }
      after = page.has("next") ? "&after=" + page.path("next").asText() : "";
    } while (!after.isEmpty());
    assertThat(met)
        .containsExactlyInAnyOrder(
            "scanned 0", "scanned 1", "scanned 2", "scanned 3", "scanned 4", "scanned bytes");
    assertProblem(get("/v1/kv?limit=many"), 400);
    assertProblem(get("/v1/kv?limit=0"), 400);
    assertProblem(get("/v1/kv?after=nowhere"), 400);
  }
}
