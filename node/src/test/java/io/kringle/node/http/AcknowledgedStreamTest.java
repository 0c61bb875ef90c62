package io.kringle.node.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.kringle.node.Kringle;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Streams whose clients say what they are done with. */
class AcknowledgedStreamTest {
  private static final HttpClient CLIENT = HttpClient.newHttpClient();
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final int ROOM = 4;

  private static Kringle node;

  @BeforeAll
  static void start() {
    node =
        Kringle.builder()
            .http("127.0.0.1:0")
            .set("http-gateway.heartbeat", "200ms")
            .set("http-gateway.event-buffer", ROOM)
            .startAndWait();
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  private static HttpRequest.Builder at(String path) {
    return HttpRequest.newBuilder(URI.create("http://" + node.httpEndpoint().orElseThrow() + path))
        .timeout(PATIENCE);
  }

  private static void publish(String topic, String... texts) {
    for (String text : texts) {
      node.topics().publish(topic, text).toCompletableFuture().join();
    }
  }

  /** A stream that was opened, and where it is acknowledged. */
  private static final class Stream implements AutoCloseable {
    private final BufferedReader lines;
    private final String opening;

    Stream(HttpRequest.Builder request) throws IOException, InterruptedException {
      lines =
          new BufferedReader(
              new InputStreamReader(
                  CLIENT.send(request.build(), BodyHandlers.ofInputStream()).body(),
                  StandardCharsets.UTF_8));
      opening = next();
    }

    /** Id and data of the next event. */
    String next() throws IOException {
      String id = "";
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.startsWith("id: ")) {
          id = line.substring("id: ".length());
        } else if (line.startsWith("data: ")) {
          return id + " " + line.substring("data: ".length());
        }
      }
      throw new AssertionError("the stream has ended");
    }

    String after() {
      return opening.substring(0, opening.indexOf(' '));
    }

    String acknowledge(String what) throws IOException, InterruptedException {
      String data = opening.substring(opening.indexOf(' '));
      String path = new ObjectMapper().readTree(data).path("acknowledge").asText();
      return CLIENT
          .send(
              at(path + "?" + what).POST(BodyPublishers.noBody()).build(), BodyHandlers.ofString())
          .body();
    }

    /** Which it is after a second; here are three, in heartbeats. */
    void untilThePlaceIsWritten() throws IOException {
      for (int heartbeats = 0; heartbeats < 15; ) {
        String line = lines.readLine();
        heartbeats += line.startsWith(":") ? 1 : 0;
      }
    }

    @Override
    public void close() throws IOException {
      lines.close();
    }
  }

  @Test
  void aDurableStreamGoesOnAfterWhatWasAcknowledged() throws IOException, InterruptedException {
    String path = "/v1/topics/a%2Fb?durable=d&from=oldest&acknowledge";
    publish("a/b", "one", "two", "three");
    try (Stream stream = new Stream(at(path))) {
      assertThat(stream.next()).isEqualTo("1 one");
      assertThat(stream.next()).isEqualTo("2 two");
      assertThat(stream.next()).isEqualTo("3 three");
    }
    try (Stream stream = new Stream(at(path).header("Last-Event-ID", "3"))) {
      assertThat(stream.after()).as("nothing was acknowledged, whatever came").isEqualTo("0");
      assertThat(stream.next()).isEqualTo("1 one");
      assertThat(stream.next()).isEqualTo("2 two");
      assertThat(stream.acknowledge("upto=2")).isEqualTo("{\"acknowledged\":2}");
      assertThat(stream.acknowledge("upto=2")).isEqualTo("{\"acknowledged\":0}");
      stream.untilThePlaceIsWritten();
    }
    try (Stream stream = new Stream(at(path))) {
      assertThat(stream.after()).isEqualTo("2");
      assertThat(stream.next()).isEqualTo("3 three");
    }
  }

  @Test
  void whatComesAfterOneThatIsNotAcknowledgedDoesNotMoveThePlace()
      throws IOException, InterruptedException {
    String path = "/v1/topics/gaps?durable=d&from=oldest&acknowledge";
    publish("gaps", "one", "two", "three");
    try (Stream stream = new Stream(at(path))) {
      assertThat(stream.next()).isEqualTo("1 one");
      assertThat(stream.next()).isEqualTo("2 two");
      assertThat(stream.next()).isEqualTo("3 three");
      assertThat(stream.acknowledge("message=1")).isEqualTo("{\"acknowledged\":1}");
      assertThat(stream.acknowledge("message=3")).isEqualTo("{\"acknowledged\":1}");
      stream.untilThePlaceIsWritten();
    }
    try (Stream stream = new Stream(at(path))) {
      assertThat(stream.after()).isEqualTo("1");
      assertThat(stream.next()).isEqualTo("2 two");
    }
  }

  @Test
  void noMoreComesThanThereIsRoomForUnacknowledged() throws IOException, InterruptedException {
    publish("room", "1", "2", "3", "4", "5");
    try (Stream stream = new Stream(at("/v1/topics/room?durable=d&from=oldest&acknowledge"))) {
      for (int i = 1; i <= ROOM; i++) {
        assertThat(stream.next()).isEqualTo(i + " " + i);
      }
      assertThat(stream.lines.readLine()).isEmpty();
      assertThat(stream.lines.readLine()).as("silence").startsWith(":");
      assertThat(stream.acknowledge("message=2")).contains("1");
      assertThat(stream.acknowledge("message=1")).contains("1");
      assertThat(stream.next()).isEqualTo("5 5");
    }
  }

  @Test
  void whatAMemberOfAGroupDoesNotAcknowledgeGoesToAnother()
      throws IOException, InterruptedException {
    String path = "/v1/topics/jobs?group=crew&acknowledge&within=1s";
    try (Stream first = new Stream(at(path))) {
      publish("jobs", "one", "two");
      assertThat(first.next()).isEqualTo("1 one");
      assertThat(first.next()).isEqualTo("2 two");
      assertThat(first.acknowledge("message=1")).isEqualTo("{\"acknowledged\":1}");
      try (Stream other = new Stream(at(path))) {
        assertThat(other.next()).isEqualTo("2 two");
        assertThat(other.acknowledge("upto=2")).isEqualTo("{\"acknowledged\":1}");
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "GET, ?acknowledge, 400",
    "GET, ?group=g&acknowledge&within=soon, 400",
    "GET, ?group=g&acknowledge&within=1ms, 400",
    "GET, /streams/x/ack, 405",
    "POST, /streams/x/ack, 400",
    "POST, /streams/x/ack?message=1&upto=1, 400",
    "POST, /streams/x/ack?message=1, 404",
    "POST, /streams/x/nak, 404",
  })
  void whatIsNoAcknowledgementIsRefused(String method, String rest, int status)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        at("/v1/topics/wrong" + rest).method(method, BodyPublishers.noBody());
    assertThat(CLIENT.send(request.build(), BodyHandlers.ofString()).statusCode())
        .isEqualTo(status);
  }

  @Test
  void theNumberOfAMessageIsOne() throws IOException, InterruptedException {
    try (Stream stream = new Stream(at("/v1/topics/numbers?durable=d&acknowledge"))) {
      assertThat(stream.acknowledge("message=0")).contains("\"status\":400");
      assertThat(stream.acknowledge("upto=x")).contains("\"status\":400");
    }
  }
}
