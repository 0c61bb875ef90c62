package io.kringle.node.cli;

import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Tells a node what of a stream was printed: one request at a time, each for all that was printed
 * by then. What is not told before the end comes again. Thread-safe.
 */
final class Acknowledging {
  private static final Executor SOON = CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS);

  private final HttpNode node;

  /** Where the stream's messages are acknowledged; empty: nowhere. Guarded by this, as the rest. */
  private String path = "";

  private String printed = "";
  private String told = "";
  private boolean isTelling;

  Acknowledging(HttpNode node) {
    this.node = node;
  }

  /** A stream has begun; the one before has ended. */
  synchronized void begin(String acknowledge) {
    path = acknowledge;
    printed = "";
    told = "";
  }

  /** A message was printed. */
  synchronized void printed(String id) {
    printed = id;
    tell();
  }

  private synchronized void tell() {
    if (isTelling || path.isEmpty() || printed.equals(told)) {
      return;
    }
    isTelling = true;
    String to = path;
    String upTo = printed;
    HttpRequest request = node.request(to + "?upto=" + upTo).POST(BodyPublishers.noBody()).build();
    var unused =
        node.sendAsync(request)
            .whenComplete(
                (response, failure) -> answered(to, upTo, failure == null ? response : null));
  }

  private synchronized void answered(
      String to, String upTo, @Nullable HttpResponse<byte[]> response) {
    isTelling = false;
    boolean isOver = response != null && response.statusCode() < 500;
    if (isOver && to.equals(path)) {
      told = upTo;
    }
    if (isOver) {
      tell();
    } else {
      // Without this one the node might have no room for the next message.
      SOON.execute(this::tell);
    }
  }
}
