package io.kringle.node.http;

import akka.Done;
import akka.http.javadsl.model.HttpRequest;
import akka.stream.Materializer;
import akka.stream.javadsl.Sink;
import akka.util.ByteString;
import akka.util.ByteStringBuilder;
import io.kringle.node.http.Problem.Refusal;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/**
 * Reads the bodies of requests, up to a limit.
 *
 * <p>A request that is refused with its body unread ends its connection, and where the client still
 * sends, that takes the answer along: the system resets a connection that is closed with something
 * unread. So a body that is refused is read to its end and thrown away before the answer goes out,
 * unless that is more than {@value #MOST_DISCARDED} bytes, takes longer than {@link #PATIENCE}, or
 * stops for longer than {@link #PAUSE}. A client that expects {@code 100 Continue} has sent
 * nothing, and is answered at once.
 */
final class Bodies {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration PAUSE = Duration.ofSeconds(1);
  private static final long MOST_DISCARDED = 64L << 20;

  private final int maxBytes;
  private final Materializer materializer;

  /**
   * A reader.
   *
   * @param maxBytes the largest body; a larger one fails with 413, and no more than this of it is
   *     kept meanwhile
   */
  Bodies(int maxBytes, Materializer materializer) {
    this.maxBytes = maxBytes;
    this.materializer = materializer;
  }

  /** Reads one; fails with {@link Refusal} 413, 415, or 400 if it breaks off. */
  CompletionStage<byte[]> read(HttpRequest request) {
    if (request
        .getHeader("Content-Encoding")
        .filter(header -> !header.value().equals("identity"))
        .isPresent()) {
      return refuse(
          request,
          new Refusal(415, "send the body without a Content-Encoding: it is kept as it comes"));
    }
    if (request.entity().getContentLengthOption().orElse(0) > maxBytes) {
      return refuse(request, tooLarge());
    }
    Reading body = new Reading(maxBytes);
    return drain(request, body, PATIENCE)
        .handle(
            (done, failure) -> {
              if (body.isTooLarge()) {
                throw tooLarge();
              }
              if (failure != null) {
                throw new Refusal(400, "the body broke off: " + cause(failure).getMessage());
              }
              return body.bytes();
            });
  }

  private CompletionStage<byte[]> refuse(HttpRequest request, Refusal refusal) {
    boolean isUnsent = request.getHeader("Expect").isPresent();
    boolean isEndless = request.entity().getContentLengthOption().orElse(0) > MOST_DISCARDED;
    CompletionStage<?> over =
        isUnsent || isEndless
            ? CompletableFuture.completedFuture(null)
            : drain(request, new Reading(0), PAUSE);
    return over.handle(
        (done, failure) -> {
          throw refusal;
        });
  }

  private CompletionStage<Done> drain(HttpRequest request, Reading body, Duration pause) {
    return request
        .entity()
        .withoutSizeLimit()
        .getDataBytes()
        .completionTimeout(PATIENCE)
        .idleTimeout(pause)
        .takeWhile(body::add)
        .runWith(Sink.ignore(), materializer);
  }

  /** A body on its way: what comes after the limit is counted, and thrown away. */
  private static final class Reading {
    private final int limit;
    private final ByteStringBuilder bytes = new ByteStringBuilder();
    private long read;

    Reading(int limit) {
      this.limit = limit;
    }

    /** Takes some; false when that is enough of it. */
    boolean add(ByteString some) {
      read += some.size();
      if (!isTooLarge()) {
        bytes.append(some);
      }
      return read <= MOST_DISCARDED;
    }

    boolean isTooLarge() {
      return read > limit;
    }

    byte[] bytes() {
      return bytes.result().toArray();
    }
  }

  private static Throwable cause(Throwable failure) {
    return failure instanceof CompletionException && failure.getCause() != null
        ? failure.getCause()
        : failure;
  }

  private Refusal tooLarge() {
    return new Refusal(413, "a value has up to " + maxBytes + " bytes");
  }
}
