package io.kringle.node.http;

import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.HttpResponse;
import io.kringle.node.KringleTopics;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/** {@code /v1/topics/{topic}}: publish, and {@code …/anycast}. */
final class TopicResource {
  private final KringleTopics topics;
  private final Bodies bodies;
  private final Duration anycastTimeout;

  TopicResource(KringleTopics topics, Bodies bodies, Duration anycastTimeout) {
    this.topics = topics;
    this.bodies = bodies;
    this.anycastTimeout = anycastTimeout;
  }

  CompletionStage<HttpResponse> publish(HttpRequest request, String topic) {
    return bodies
        .read(request)
        .thenCompose(payload -> topics.publish(topic, payload))
        .thenApply(
            published ->
                Json.response(
                    202,
                    Json.object()
                        .put("sequence", published.sequence())
                        .put("subscribers", published.subscribers())));
  }

  CompletionStage<HttpResponse> anycast(HttpRequest request, String topic) {
    return bodies
        .read(request)
        .thenCompose(payload -> topics.anycast(topic, payload, anycastTimeout))
        .thenApply(reply -> HttpResponse.create().withEntity(Opaque.entity(reply)));
  }
}
