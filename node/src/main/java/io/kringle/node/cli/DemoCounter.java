package io.kringle.node.cli;

import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A record that holds a number, incremented optimistically: read, then write if nobody else has.
 * Thread-safe.
 */
final class DemoCounter {
  private static final int MAX_ATTEMPTS = 500;
  private static final long MAX_BACK_OFF_MILLIS = 400;

  private final String key;
  private final AtomicLong conflicts = new AtomicLong();

  DemoCounter(String key) {
    this.key = key;
  }

  long conflicts() {
    return conflicts.get();
  }

  void create(HttpNode node) throws InterruptedException {
    HttpNode.expect(
        node.send(node.request(HttpNode.key(key)).PUT(BodyPublishers.ofString("0")).build()),
        200,
        201);
  }

  long read(HttpNode node) throws InterruptedException {
    return number(HttpNode.expect(node.send(node.request(HttpNode.key(key)).GET().build()), 200));
  }

  /** One increment that certainly took effect, tried again on every conflict. */
  CompletableFuture<Void> increment(HttpNode node) {
    return attempt(node, 1);
  }

  private CompletableFuture<Void> attempt(HttpNode node, int attempt) {
    return node.sendAsync(node.request(HttpNode.key(key)).GET().build())
        .thenCompose(read -> node.sendAsync(successor(node, HttpNode.expect(read, 200))))
        .thenCompose(
            written -> {
              if (written.statusCode() != 412) {
                HttpNode.expect(written, 200);
                return CompletableFuture.completedFuture(null);
              }
              DemoFailure.unless(
                  attempt < MAX_ATTEMPTS,
                  "an increment met " + MAX_ATTEMPTS + " conflicts in a row");
              conflicts.incrementAndGet();
              return CompletableFuture.runAsync(() -> {}, backOff(attempt))
                  .thenCompose(again -> attempt(node, attempt + 1));
            });
  }

  private static Executor backOff(int attempt) {
    long most = Math.min(MAX_BACK_OFF_MILLIS, 40L << Math.min(attempt, 10));
    long millis = ThreadLocalRandom.current().nextLong(most) + 1;
    return CompletableFuture.delayedExecutor(millis, TimeUnit.MILLISECONDS, Runnable::run);
  }

  /** The write that follows what was read, on the condition that it still stands. */
  HttpRequest successor(HttpNode node, HttpResponse<byte[]> read) {
    return node.request(HttpNode.key(key))
        .header("If-Match", Conditions.etag(HttpNode.version(read).orElseThrow()))
        .PUT(BodyPublishers.ofString(String.valueOf(number(read) + 1)))
        .build();
  }

  HttpRequest reading(HttpNode node) {
    return node.request(HttpNode.key(key)).GET().build();
  }

  private static long number(HttpResponse<byte[]> response) {
    return Long.parseLong(new String(response.body(), StandardCharsets.UTF_8));
  }
}
