package io.kringle.node.http;

import akka.http.javadsl.model.HttpMethod;
import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.model.headers.RawHeader;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** How a path ends: in what answers some methods, or in nothing. */
final class Routes {
  private Routes() {}

  /** The answer to one of these methods; others are told which they are. */
  static CompletionStage<HttpResponse> on(
      HttpRequest request,
      List<HttpMethod> methods,
      Supplier<CompletionStage<HttpResponse>> answer) {
    if (methods.contains(request.method())) {
      return answer.get();
    }
    String allowed = String.join(", ", methods.stream().map(HttpMethod::name).toList());
    HttpResponse refused = Problem.of(405, "allowed here: " + allowed).response();
    return CompletableFuture.completedFuture(refused.addHeader(RawHeader.create("Allow", allowed)));
  }

  /** There is nothing at this path. */
  static CompletionStage<HttpResponse> notFound(HttpRequest request) {
    return CompletableFuture.completedFuture(
        Problem.of(404, "there is nothing at " + request.getUri().getPathString()).response());
  }
}
