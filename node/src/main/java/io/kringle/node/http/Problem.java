package io.kringle.node.http;

import akka.http.javadsl.model.ContentType;
import akka.http.javadsl.model.HttpEntities;
import akka.http.javadsl.model.HttpHeader;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.model.MediaTypes;
import akka.http.javadsl.model.StatusCodes;
import akka.http.javadsl.model.headers.RawHeader;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kringle.node.KringleException;
import java.util.Locale;
import java.util.concurrent.CompletionException;

/**
 * An error as a problem document (RFC 9457).
 *
 * @param status of HTTP
 * @param type {@code about:blank} where the status says it all; else {@code urn:kringle:} and what
 *     happened
 * @param detail one line for a person
 */
record Problem(int status, String type, String detail) {
  private static final ContentType CONTENT_TYPE =
      MediaTypes.applicationWithOpenCharset("problem+json").toContentTypeWithMissingCharset();
  private static final HttpHeader RETRY_AFTER = RawHeader.create("Retry-After", "1");

  static Problem of(int status, String detail) {
    return new Problem(status, "about:blank", detail);
  }

  /** What a failed stage of the Java API means in HTTP. */
  static Problem of(Throwable thrown) {
    Throwable cause =
        thrown instanceof CompletionException && thrown.getCause() != null
            ? thrown.getCause()
            : thrown;
    if (cause instanceof Refusal refusal) {
      return refusal.problem();
    }
    if (cause instanceof KringleException failure) {
      String type =
          "urn:kringle:" + failure.kind().name().toLowerCase(Locale.ROOT).replace('_', '-');
      return new Problem(status(failure.kind()), type, String.valueOf(failure.getMessage()));
    }
    return of(500, "the node met an error of its own: " + cause.getClass().getSimpleName());
  }

  private static int status(KringleException.Kind kind) {
    return switch (kind) {
      case INVALID -> 400;
      case NO_TAKER -> 404;
      case TOO_LARGE -> 413;
      case REFUSED, NO_SERVICE -> 502;
      case TIMEOUT -> 504;
      case UNAVAILABLE, OUTCOME_UNKNOWN, OVERLOADED, RETRIES_EXHAUSTED, CLOSED, CANNOT_START -> 503;
    };
  }

  HttpResponse response() {
    ObjectNode json = Json.object();
    json.put("type", type)
        .put("title", StatusCodes.get(status).reason())
        .put("status", status)
        .put("detail", detail);
    HttpResponse response =
        HttpResponse.create()
            .withStatus(status)
            .withEntity(HttpEntities.create(CONTENT_TYPE, Json.bytes(json)));
    return status == 503 ? response.addHeader(RETRY_AFTER) : response;
  }

  /** A problem, thrown on the way to an answer. */
  static final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Problem problem;

    Refusal(int status, String detail) {
      super(detail, null, false, false);
      problem = Problem.of(status, detail);
    }

    Problem problem() {
      return problem;
    }
  }
}
