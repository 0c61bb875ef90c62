package io.kringle.node.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** A node as seen through its HTTP address. Thread-safe. */
final class HttpNode {
  static final ObjectMapper JSON = new ObjectMapper();

  static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(15);

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

  private final URI base;
  private final HttpClient client;

  HttpNode(URI base) {
    this(base, newClient());
  }

  HttpNode(URI base, HttpClient client) {
    this.base = base;
    this.client = client;
  }

  static HttpClient newClient() {
    return HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1)
        .connectTimeout(CONNECT_TIMEOUT)
        .build();
  }

  URI base() {
    return base;
  }

  static String key(String key) {
    return "/v1/kv/" + segment(key);
  }

  static String topic(String topic) {
    return "/v1/topics/" + segment(topic);
  }

  static String segment(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(base.resolve(path)).timeout(ANSWER_TIMEOUT);
  }

  /** Sends, and turns what kept the node from answering into a failure that names the node. */
  HttpResponse<byte[]> send(HttpRequest request) throws InterruptedException {
    try {
      return client.send(request, HttpResponse.BodyHandlers.ofByteArray());
    } catch (IOException noAnswer) {
      throw unreachable(noAnswer);
    }
  }

  CompletableFuture<HttpResponse<byte[]>> sendAsync(HttpRequest request) {
    return client.sendAsync(request, HttpResponse.BodyHandlers.ofByteArray());
  }

  /** Opens a stream that lasts for as long as the node sends. */
  HttpResponse<InputStream> stream(HttpRequest request) throws InterruptedException, IOException {
    return client.send(request, HttpResponse.BodyHandlers.ofInputStream());
  }

  JsonNode getJson(String path) throws InterruptedException {
    return json(expect(send(request(path).GET().build()), 200));
  }

  static JsonNode json(HttpResponse<byte[]> response) {
    try {
      return JSON.readTree(response.body());
    } catch (IOException notJson) {
      throw new CommandFailure(
          Exit.FAILED, response.uri() + " did not answer with JSON: is it a Kringle node?");
    }
  }

  /**
   * Passes a response of an expected status on; any other becomes the failure that the design's
   * exit codes name.
   */
  static HttpResponse<byte[]> expect(HttpResponse<byte[]> response, int... expected) {
    for (int status : expected) {
      if (response.statusCode() == status) {
        return response;
      }
    }
    throw failure(response);
  }

  static CommandFailure failure(HttpResponse<byte[]> response) {
    int exit =
        switch (response.statusCode()) {
          case 404 -> Exit.NOT_FOUND;
          case 412 -> Exit.CONFLICT;
          case 503 -> Exit.UNAVAILABLE;
          default -> Exit.FAILED;
        };
    return new CommandFailure(exit, problem(response));
  }

  /** The one line that a problem document (RFC 9457) says. */
  static String problem(HttpResponse<byte[]> response) {
    String status = "HTTP " + response.statusCode();
    try {
      JsonNode problem = JSON.readTree(response.body());
      String detail = problem.path("detail").asText(problem.path("title").asText(""));
      return detail.isEmpty() ? status + " from " + response.uri() : detail;
    } catch (JsonProcessingException notJson) {
      return status + " from " + response.uri();
    } catch (IOException unreadable) {
      return status + " from " + response.uri();
    }
  }

  static Optional<Long> version(HttpResponse<?> response) {
    return response.headers().firstValue("ETag").map(tag -> Long.parseLong(tag.replace("\"", "")));
  }

  CommandFailure unreachable(IOException cause) {
    String why =
        cause instanceof HttpTimeoutException
            ? "did not answer in time"
            : cause instanceof ConnectException
                ? "cannot be reached"
                : "broke off: " + cause.getMessage();
    return new CommandFailure(
        Exit.UNAVAILABLE, "the node at " + base + " " + why + "; name another with --node URL");
  }
}
