package io.kringle.node.http;

import akka.event.LoggingAdapter;
import akka.http.ParsingErrorHandler;
import akka.http.javadsl.model.HttpResponse;
import akka.http.scaladsl.model.ErrorInfo;
import akka.http.scaladsl.model.StatusCode;
import akka.http.scaladsl.settings.ServerSettings;

/**
 * Answers what never became a request with a problem document as well. Akka finds it by its name in
 * {@code kringle-akka.conf}, and looks for a Scala object: for the field of that name.
 */
public final class ParsingProblems extends ParsingErrorHandler {
  /** The only one. */
  @SuppressWarnings("checkstyle:ConstantName") // Justification: the name is Scala's.
  public static final ParsingProblems MODULE$ = new ParsingProblems();

  private ParsingProblems() {}

  @Override
  public HttpResponse handle(
      StatusCode status, ErrorInfo error, LoggingAdapter log, ServerSettings settings) {
    return Problem.of(status.intValue(), error.summary()).response();
  }
}
