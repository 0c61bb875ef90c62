package io.kringle.node.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.kringle.node.TopicHandler;
import io.kringle.node.TopicMessage;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Topics, row by row of the table in docs/architecture.md. */
final class TopicsHttpTest extends GatewayTest {
  /** Takes every anycast. */
  private record Willing(String reply) implements TopicHandler {
    @Override
    public void received(TopicMessage message) {}

    @Override
    public CompletionStage<Optional<byte[]>> offered(TopicMessage message) {
      return CompletableFuture.completedFuture(Optional.of(reply.getBytes(StandardCharsets.UTF_8)));
    }
  }

  private static BufferedReader lines(String path) throws IOException, InterruptedException {
    InputStream body = CLIENT.send(at(path).build(), BodyHandlers.ofInputStream()).body();
    return new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8));
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
            at("/v1/topics/crew/anycast?takers=5&order=in-turn&timeout=8s&idempotent")
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

  @Test
  void aMessageMayBeLargerThanAValue() throws IOException, InterruptedException {
    String large = "large ".repeat(500_000);
    assertThat(send(at("/v1/topics/large").POST(BodyPublishers.ofString(large))).statusCode())
        .isEqualTo(202);
    assertThat(first(at("/v1/topics/large?from=oldest"), 0))
        .isEqualTo("id: 1|event: message|data: " + large + "|");
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
}
