package io.kringle.node.process;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kringle.testkit.JvmNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** HTTP to the node of a process. */
final class Web {
  private static final HttpClient CLIENT =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();
  private static final ObjectMapper JSON = new ObjectMapper();

  private final String base;

  Web(JvmNode node) {
    base = "http://" + node.http();
  }

  String base() {
    return base;
  }

  HttpRequest.Builder at(String path) {
    return HttpRequest.newBuilder(URI.create(base + path)).timeout(Duration.ofSeconds(20));
  }

  static HttpResponse<String> send(HttpRequest.Builder request) {
    try {
      return CLIENT.send(request.build(), BodyHandlers.ofString());
    } catch (IOException | InterruptedException failed) {
      throw new AssertionError(request.build().uri() + ": " + failed, failed);
    }
  }

  /** The body of an answer as it came. */
  static byte[] bytes(HttpRequest.Builder request) {
    try {
      return CLIENT.send(request.build(), BodyHandlers.ofByteArray()).body();
    } catch (IOException | InterruptedException failed) {
      throw new AssertionError(request.build().uri() + ": " + failed, failed);
    }
  }

  static CompletableFuture<HttpResponse<String>> sendAsync(HttpRequest.Builder request) {
    return CLIENT.sendAsync(request.build(), BodyHandlers.ofString());
  }

  HttpResponse<String> get(String path) {
    return send(at(path).GET());
  }

  HttpResponse<String> put(String path, String value) {
    return send(at(path).PUT(BodyPublishers.ofString(value)));
  }

  HttpResponse<String> post(String path, String body) {
    return send(at(path).POST(BodyPublishers.ofString(body)));
  }

  CompletableFuture<HttpResponse<String>> putAsync(String path, String value) {
    return sendAsync(at(path).PUT(BodyPublishers.ofString(value)));
  }

  JsonNode json(String path) {
    return json(get(path));
  }

  static JsonNode json(HttpResponse<String> response) {
    try {
      return JSON.readTree(response.body());
    } catch (IOException notJson) {
      throw new AssertionError(response.body(), notJson);
    }
  }

  /** The version that a response tells. */
  static String tag(HttpResponse<?> response) {
    return response.headers().firstValue("ETag").orElse("");
  }
}
