package io.kringle.node.process;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kringle.testkit.history.Operation;
import io.kringle.testkit.history.Operation.Call;
import io.kringle.testkit.history.Operation.Conflict;
import io.kringle.testkit.history.Operation.Failed;
import io.kringle.testkit.history.Operation.Get;
import io.kringle.testkit.history.Operation.IfAbsent;
import io.kringle.testkit.history.Operation.IfVersion;
import io.kringle.testkit.history.Operation.Outcome;
import io.kringle.testkit.history.Operation.Read;
import io.kringle.testkit.history.Operation.Unknown;
import io.kringle.testkit.history.Operation.Write;
import io.kringle.testkit.history.Operation.Written;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;

/**
 * Asks nodes by HTTP, and notes what was asked and told. Times are those of {@link
 * System#nanoTime}, which on Linux is the same clock for every process of the machine. Thread-safe.
 */
final class HttpOperation {
  /** Less than a node may take: some questions are given up while the node still works on them. */
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  private static final ObjectMapper JSON = new ObjectMapper();

  private static final HttpClient CLIENT =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(1))
          .build();

  private HttpOperation() {}

  /** What was told, and what that makes of the question. */
  private record Answer(Call call, Outcome outcome) {}

  /**
   * Asks a node, and waits for the answer.
   *
   * @param number of the client
   * @param base of the node's URLs
   */
  static Operation ask(int number, String base, String key, Call call) {
    HttpRequest request = request(base, key, call);
    long asked = System.nanoTime();
    Answer answer = send(request, call);
    return new Operation(number, key, answer.call(), answer.outcome(), asked, System.nanoTime());
  }

  private static HttpRequest request(String base, String key, Call call) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(base + "/v1/kv/" + key)).timeout(PATIENCE);
    if (!(call instanceof Write write)) {
      return request.GET().build();
    }
    if (write.condition() instanceof IfVersion at) {
      request.header("If-Match", "\"" + at.version() + "\"");
    } else if (write.condition() instanceof IfAbsent) {
      request.header("If-None-Match", "*");
    }
    return write
        .value()
        .map(value -> request.PUT(BodyPublishers.ofString(value)))
        .orElseGet(request::DELETE)
        .build();
  }

  private static Answer send(HttpRequest request, Call call) {
    try {
      return answer(CLIENT.send(request, BodyHandlers.ofString()), call);
    } catch (ConnectException | HttpConnectTimeoutException nobodyWasAsked) {
      return new Answer(call, new Failed());
    } catch (IOException lost) {
      return withoutAnswer(call);
    } catch (InterruptedException nobodyDoesThat) {
      throw new IllegalStateException("interrupted while asking " + request, nobodyDoesThat);
    }
  }

  /** A read that nobody answered did nothing; a write may have. */
  private static Answer withoutAnswer(Call call) {
    return new Answer(call, call instanceof Get ? new Failed() : new Unknown());
  }

  private static Answer answer(HttpResponse<String> response, Call call) throws IOException {
    return switch (response.statusCode()) {
      case 200, 201, 204 ->
          call instanceof Get
              ? new Answer(call, new Read(version(response), Optional.of(response.body())))
              : new Answer(call, new Written(version(response)));
      // To delete what is not there is to find out that it is not.
      case 404 -> new Answer(new Get(), new Read(version(response), Optional.empty()));
      case 412 -> new Answer(call, new Conflict());
      case 503 -> unavailable(response, call);
      case 504 -> withoutAnswer(call);
      default ->
          throw new IllegalStateException(call + ": " + response.statusCode() + response.body());
    };
  }

  private static Answer unavailable(HttpResponse<String> response, Call call) throws IOException {
    JsonNode problem = JSON.readTree(response.body());
    return problem.path("type").asText().equals("urn:kringle:unavailable")
        ? new Answer(call, new Failed())
        : withoutAnswer(call);
  }

  private static long version(HttpResponse<?> response) {
    return response
        .headers()
        .firstValue("ETag")
        .map(tag -> Long.parseLong(tag.replace("\"", "")))
        .orElse(0L);
  }
}
