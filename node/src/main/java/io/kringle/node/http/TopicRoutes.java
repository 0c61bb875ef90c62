package io.kringle.node.http;

import akka.http.javadsl.model.HttpMethods;
import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.HttpResponse;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** What there is below {@code /v1/topics}. */
final class TopicRoutes {
  private final TopicResource topics;
  private final TopicUpkeep upkeep;
  private final EventStreams streams;

  TopicRoutes(TopicResource topics, TopicUpkeep upkeep, EventStreams streams) {
    this.topics = topics;
    this.upkeep = upkeep;
    this.streams = streams;
  }

  /**
   * Answers.
   *
   * @param path its segments, decoded; the first two are those of all topics
   */
  CompletionStage<HttpResponse> handle(HttpRequest request, List<String> path) {
    if (path.size() < 3) {
      return Routes.notFound(request);
    }
    String topic = path.get(2);
    if (path.size() > 3) {
      return switch (path.get(3) + path.size()) {
        case "anycast4" ->
            Routes.on(request, List.of(HttpMethods.POST), () -> topics.anycast(request, topic));
        case "retention4" ->
            Routes.on(request, List.of(HttpMethods.PUT), () -> upkeep.retain(request, topic));
        case "durable5" ->
            Routes.on(
                request, List.of(HttpMethods.DELETE), () -> upkeep.forget(topic, path.get(4)));
        case "streams6" ->
            path.get(5).equals("ack")
                ? Routes.on(
                    request,
                    List.of(HttpMethods.POST),
                    () -> streams.acknowledge(request, topic, path.get(4)))
                : Routes.notFound(request);
        default -> Routes.notFound(request);
      };
    }
    return request.method().equals(HttpMethods.GET)
        ? streams.open(request, topic)
        : Routes.on(
            request,
            List.of(HttpMethods.POST, HttpMethods.GET),
            () -> topics.publish(request, topic));
  }
}
