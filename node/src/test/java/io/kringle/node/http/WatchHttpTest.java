package io.kringle.node.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kringle.node.Kringle;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Watches over HTTP. */
final class WatchHttpTest {
  private static final HttpClient CLIENT = HttpClient.newHttpClient();
  private static Kringle node;

  @BeforeAll
  static void start() {
    node =
        Kringle.builder()
            .http("127.0.0.1:0")
            .set("http-gateway.heartbeat", "200ms")
            .set("http-gateway.max-event-streams", 2)
            .startAndWait();
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  private static <T> T join(CompletionStage<T> stage) {
    return stage.toCompletableFuture().orTimeout(20, TimeUnit.SECONDS).join();
  }

  private static HttpRequest at(String path) {
    return HttpRequest.newBuilder(URI.create("http://" + node.httpEndpoint().orElseThrow() + path))
        .build();
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

  private static BufferedReader lines(HttpResponse<InputStream> response) {
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("Content-Type").orElse(""))
        .startsWith("text/event-stream");
    return new BufferedReader(new InputStreamReader(response.body(), StandardCharsets.UTF_8));
  }

  @Test
  void aStreamTellsWhatIsThereAndWhatChanges() throws IOException, InterruptedException {
    join(node.store().put("a/1", "two\nlines"));
    try (BufferedReader lines =
        lines(CLIENT.send(at("/v1/watch?prefix=a%2F"), BodyHandlers.ofInputStream()))) {
      assertThat(next(lines))
          .isEqualTo(
              "id: 1|event: put|data: {\"key\":\"a/1\",\"version\":1,\"value\":\"two\\nlines\"}|");
      assertThat(next(lines)).isEqualTo("event: current|data: {}|");
      join(node.store().put("a/2", new byte[] {-1}));
      assertThat(next(lines))
          .isEqualTo("id: 1|event: put|data: {\"key\":\"a/2\",\"version\":1,\"base64\":\"/w==\"}|");
      join(node.store().delete("a/1"));
      assertThat(next(lines))
          .isEqualTo("id: 2|event: deleted|data: {\"key\":\"a/1\",\"version\":2}|");
    }
  }

  @Test
  void aKeyThatIsNotThereIsToldAsVersionZero() throws IOException, InterruptedException {
    try (BufferedReader lines =
        lines(CLIENT.send(at("/v1/watch?key=b"), BodyHandlers.ofInputStream()))) {
      assertThat(next(lines))
          .isEqualTo("id: 0|event: deleted|data: {\"key\":\"b\",\"version\":0}|");
    }
  }

  @Test
  void whatIsToBeWatchedMustBeSaid() throws IOException, InterruptedException {
    for (String query : new String[] {"", "?key=a&prefix=b", "?key="}) {
      HttpResponse<String> refused = CLIENT.send(at("/v1/watch" + query), BodyHandlers.ofString());
      assertThat(refused.statusCode()).as(query).isEqualTo(400);
      assertThat(refused.body()).contains("\"detail\"");
    }
  }

  @Test
  void streamsAreBoundedAndMakeRoomWhenTheyEnd() throws IOException, InterruptedException {
    // A stream that its reader has left is noticed at a heartbeat: a try must not meet the last.
    await()
        .pollInterval(Duration.ofSeconds(2))
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(
            () -> {
              HttpResponse<InputStream> one =
                  CLIENT.send(at("/v1/watch?key=c"), BodyHandlers.ofInputStream());
              HttpResponse<InputStream> two =
                  CLIENT.send(at("/v1/watch?key=c"), BodyHandlers.ofInputStream());
              HttpResponse<InputStream> three =
                  CLIENT.send(at("/v1/watch?key=c"), BodyHandlers.ofInputStream());
              one.body().close();
              two.body().close();
              three.body().close();
              assertThat(one.statusCode()).isEqualTo(200);
              assertThat(two.statusCode()).isEqualTo(200);
              assertThat(three.statusCode()).isEqualTo(503);
            });
  }
}
