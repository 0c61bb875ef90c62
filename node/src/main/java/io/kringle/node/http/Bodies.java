package io.kringle.node.http;

import akka.http.javadsl.model.HttpRequest;
import akka.stream.Materializer;
import io.kringle.node.http.Problem.Refusal;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/** Reads the bodies of requests, up to a limit. */
final class Bodies {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final int maxBytes;
  private final Materializer materializer;

  /**
   * A reader.
   *
   * @param maxBytes the largest body; a larger one fails with 413, before it is read if it says its
   *     length
   */
  Bodies(int maxBytes, Materializer materializer) {
    this.maxBytes = maxBytes;
    this.materializer = materializer;
  }

  CompletionStage<byte[]> read(HttpRequest request) {
    if (request
        .getHeader("Content-Encoding")
        .filter(header -> !header.value().equals("identity"))
        .isPresent()) {
      return CompletableFuture.failedFuture(
          new Refusal(415, "send the body without a Content-Encoding: it is kept as it comes"));
    }
    if (request.entity().getContentLengthOption().orElse(0) > maxBytes) {
      return CompletableFuture.failedFuture(tooLarge());
    }
    return request
        .entity()
        .withSizeLimit(maxBytes)
        .toStrict(PATIENCE.toMillis(), materializer)
        .handle(
            (strict, failure) -> {
              if (failure != null) {
                throw new CompletionException(refusal(failure));
              }
              return strict.getData().toArray();
            });
  }

  private Throwable refusal(Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    return cause instanceof akka.http.scaladsl.model.EntityStreamSizeException
        ? tooLarge()
        : new Refusal(400, "the body broke off: " + cause.getMessage());
  }

  private Refusal tooLarge() {
    return new Refusal(413, "a value has up to " + maxBytes + " bytes");
  }
}
