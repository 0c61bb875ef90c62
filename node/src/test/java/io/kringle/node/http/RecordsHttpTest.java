package io.kringle.node.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Records, row by row of the table in docs/architecture.md. */
final class RecordsHttpTest extends GatewayTest {
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
