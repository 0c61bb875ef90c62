package io.kringle.node.cli;

import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Stores many values over HTTP, a bounded number of them in flight, spread over the nodes in turn.
 * A node that cannot take a value now is asked again a few times. One thread puts; the rest happens
 * on the client's threads.
 */
final class Loader {
  /** Puts in flight. */
  static final int IN_FLIGHT = 64;

  private static final int TRIES = 5;
  private static final long RETRY_MILLIS = 200;
  private static final int REMEMBERED_REFUSALS = 1_000;

  private final List<HttpNode> nodes;
  private final LongConsumer progress;
  private final InFlight flights = new InFlight(IN_FLIGHT);
  private final AtomicLong stored = new AtomicLong();
  private final AtomicLong refused = new AtomicLong();
  private final ConcurrentLinkedQueue<Refusal> refusals = new ConcurrentLinkedQueue<>();
  private long turn;

  /**
   * A loader.
   *
   * @param progress told how many values are stored, after each
   */
  Loader(List<HttpNode> nodes, LongConsumer progress) {
    this.nodes = List.copyOf(nodes);
    this.progress = progress;
  }

  /** Stores one value as soon as there is room; throws if a node has gone away for good. */
  void put(long line, String key, byte[] value) throws InterruptedException {
    HttpNode node = nodes.get((int) (turn++ % nodes.size()));
    flights.submit(() -> send(line, key, value, node, 1));
  }

  /** Takes note of a row that never was a value. */
  void refuse(long line, String reason) {
    refused.incrementAndGet();
    if (refusals.size() < REMEMBERED_REFUSALS) {
      refusals.add(new Refusal(line, reason));
    }
  }

  private CompletableFuture<Void> send(
      long line, String key, byte[] value, HttpNode node, int attempt) {
    HttpRequest request =
        node.request(HttpNode.key(key)).PUT(BodyPublishers.ofByteArray(value)).build();
    return node.sendAsync(request)
        .handle((response, failure) -> settle(line, key, value, node, attempt, response, failure))
        .thenCompose(next -> next);
  }

  private CompletableFuture<Void> settle(
      long line,
      String key,
      byte[] value,
      HttpNode node,
      int attempt,
      @Nullable HttpResponse<byte[]> response,
      @Nullable Throwable failure) {
    boolean later = response == null || response.statusCode() == 503;
    if (later && attempt < TRIES) {
      return CompletableFuture.runAsync(() -> {}, delayed(attempt))
          .thenCompose(again -> send(line, key, value, node, attempt + 1));
    }
    if (response == null) {
      String why = failure == null ? "no answer" : String.valueOf(failure.getMessage());
      return CompletableFuture.failedFuture(
          new CommandFailure(
              Exit.UNAVAILABLE, "the node at " + node.base() + " cannot be reached: " + why));
    }
    if (response.statusCode() / 100 == 2) {
      progress.accept(stored.incrementAndGet());
    } else {
      refuse(line, "key '" + key + "': " + HttpNode.problem(response));
    }
    return CompletableFuture.completedFuture(null);
  }

  private static Executor delayed(int attempt) {
    return CompletableFuture.delayedExecutor(
        RETRY_MILLIS * attempt, TimeUnit.MILLISECONDS, Runnable::run);
  }

  /** Waits for everything in flight. */
  void finish() throws InterruptedException {
    flights.await();
  }

  long stored() {
    return stored.get();
  }

  long refused() {
    return refused.get();
  }

  /** The first refusals by line, at most {@value #REMEMBERED_REFUSALS}. */
  List<Refusal> refusals() {
    List<Refusal> sorted = new ArrayList<>(refusals);
    sorted.sort((a, b) -> Long.compare(a.line(), b.line()));
    return sorted;
  }

  /** A row that was not stored. */
  record Refusal(long line, String reason) {}
}
