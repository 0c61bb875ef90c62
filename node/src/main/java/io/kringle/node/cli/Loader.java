package io.kringle.node.cli;

import io.kringle.ring.Bytes;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;

/**
 * Stores many values over HTTP, a bounded number of them in flight, spread over the nodes in turn.
 * A node that cannot take a value now is asked again a few times. One thread puts; the rest happens
 * on the client's threads.
 */
final class Loader {
  /** Puts in flight. */
  static final int IN_FLIGHT = 192;

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
  void put(long line, String key, Bytes value) throws InterruptedException {
    HttpNode node = nodes.get((int) (turn++ % nodes.size()));
    flights.submit(() -> send(new Value(line, key, value), node, 1));
  }

  /** Takes note of a row that never was a value. */
  void refuse(long line, String reason) {
    refused.incrementAndGet();
    if (refusals.size() < REMEMBERED_REFUSALS) {
      refusals.add(new Refusal(line, reason));
    }
  }

  private CompletableFuture<Void> send(Value value, HttpNode node, int attempt) {
    HttpRequest request =
        node.request(HttpNode.key(value.key()))
            .PUT(BodyPublishers.ofByteArray(value.bytes().array()))
            .build();
    return node.sendAsync(request)
        .handle(
            (response, failure) ->
                new Answer(Optional.ofNullable(response), Optional.ofNullable(failure)))
        .thenCompose(answer -> settle(value, node, attempt, answer));
  }

  private CompletableFuture<Void> settle(Value value, HttpNode node, int attempt, Answer answer) {
    boolean later = answer.response().map(response -> response.statusCode() == 503).orElse(true);
    if (later && attempt < TRIES) {
      return CompletableFuture.runAsync(() -> {}, delayed(attempt))
          .thenCompose(again -> send(value, node, attempt + 1));
    }
    if (answer.response().isEmpty()) {
      String why = answer.failure().map(Throwable::getMessage).orElse("no answer");
      return CompletableFuture.failedFuture(
          new CommandFailure(
              Exit.UNAVAILABLE, "the node at " + node.base() + " cannot be reached: " + why));
    }
    HttpResponse<byte[]> response = answer.response().get();
    if (response.statusCode() / 100 == 2) {
      progress.accept(stored.incrementAndGet());
    } else {
      refuse(value.line(), "key '" + value.key() + "': " + HttpNode.problem(response));
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

  private record Value(long line, String key, Bytes bytes) {}

  /** A response, or what came instead of one. */
  private record Answer(Optional<HttpResponse<byte[]>> response, Optional<Throwable> failure) {}
}
