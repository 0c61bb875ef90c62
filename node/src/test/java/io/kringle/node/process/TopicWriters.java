package io.kringle.node.process;

import com.fasterxml.jackson.databind.JsonNode;
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
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Publishers by HTTP, each with one message in flight. Each keeps to its node until that fails it,
 * and goes over to the next one then. What certainly was not published it publishes again; what may
 * have been it does not, for that might make two of it. No text is published twice otherwise.
 * Thread-safe.
 */
final class TopicWriters {
  /** Longer than a node takes at the most. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private static final int BYTES = 100;

  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(1))
          .build();

  private final List<URI> nodes;
  private final int wanted;
  private final AtomicInteger texts = new AtomicInteger();
  private final Map<Long, String> acknowledged = new ConcurrentHashMap<>();
  private final Set<String> unknown = ConcurrentHashMap.newKeySet();

  /**
   * Publishers that have published nothing.
   *
   * @param nodes the bases of their URLs
   * @param wanted so many acknowledged messages are enough
   */
  TopicWriters(List<String> nodes, String topic, int wanted) {
    this.nodes = nodes.stream().map(base -> URI.create(base + "/v1/topics/" + topic)).toList();
    this.wanted = wanted;
  }

  /**
   * Starts so many publishers.
   *
   * @return completes when enough is acknowledged and nothing is under way any more
   */
  CompletableFuture<Void> start(int publishers) {
    CompletableFuture<?>[] all = new CompletableFuture<?>[publishers];
    for (int i = 0; i < publishers; i++) {
      all[i] = new CompletableFuture<>();
      new Publisher(i % nodes.size(), all[i]).next();
    }
    return CompletableFuture.allOf(all);
  }

  /** What was acknowledged so far, by its number. */
  Map<Long, String> acknowledged() {
    return acknowledged;
  }

  /** What may have been published. */
  Set<String> unknown() {
    return unknown;
  }

  private final class Publisher {
    private final CompletableFuture<?> ended;
    private int node;

    Publisher(int node, CompletableFuture<?> ended) {
      this.node = node;
      this.ended = ended;
    }

    void next() {
      if (acknowledged.size() >= wanted) {
        ended.complete(null);
      } else {
        String text = String.format(Locale.ROOT, "message %d ", texts.incrementAndGet());
        publish(text + "x".repeat(BYTES - text.length()));
      }
    }

    private void publish(String text) {
      HttpRequest request =
          HttpRequest.newBuilder(nodes.get(node))
              .timeout(PATIENCE)
              .POST(BodyPublishers.ofString(text))
              .build();
      client
          .sendAsync(request, BodyHandlers.ofString())
          .handle(
              (response, failure) -> {
                answered(text, response, failure);
                return text;
              })
          .exceptionally(
              wrong -> {
                ended.completeExceptionally(wrong);
                return text;
              });
    }

    private void answered(String text, HttpResponse<String> response, Throwable failure) {
      if (failure != null) {
        failed(text, failure instanceof CompletionException e ? e.getCause() : failure);
      } else if (response.statusCode() == 202) {
        acknowledge(Web.json(response).path("sequence").asLong(), text);
      } else {
        refused(text, response);
      }
    }

    private void acknowledge(long sequence, String text) {
      String before = acknowledged.put(sequence, text);
      if (before != null) {
        ended.completeExceptionally(
            new AssertionError(sequence + " is '" + before + "' and '" + text + "'"));
      }
      next();
    }

    private void failed(String text, Throwable failure) {
      if (failure instanceof ConnectException || failure instanceof HttpConnectTimeoutException) {
        again(text);
      } else if (failure instanceof IOException) {
        goOn(text);
      } else {
        ended.completeExceptionally(failure);
      }
    }

    private void refused(String text, HttpResponse<String> response) {
      JsonNode problem = Web.json(response);
      switch (problem.path("type").asText()) {
        case "urn:kringle:unavailable" -> again(text);
        case "urn:kringle:outcome-unknown", "urn:kringle:closed" -> goOn(text);
        default -> ended.completeExceptionally(new AssertionError(problem.toString()));
      }
    }

    /** It was not published. */
    private void again(String text) {
      node = (node + 1) % nodes.size();
      publish(text);
    }

    /** It may have been published. */
    private void goOn(String text) {
      unknown.add(text);
      node = (node + 1) % nodes.size();
      next();
    }
  }
}
