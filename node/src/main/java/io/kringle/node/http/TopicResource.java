package io.kringle.node.http;

import akka.http.javadsl.model.HttpHeader;
import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.HttpResponse;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.kringle.node.KringleTopics;
import io.kringle.node.ManycastReplies;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** {@code /v1/topics/{topic}}: publish, and {@code …/anycast} to one or to some. */
final class TopicResource {
  /** As proposed by draft-ietf-httpapi-idempotency-key-header, without the quotes. */
  private static final String KEY = "Idempotency-Key";

  private final KringleTopics topics;
  private final Bodies messages;
  private final Bodies bodies;
  private final Duration anycastTimeout;

  /**
   * Topics over HTTP.
   *
   * @param messages reads what is published
   * @param bodies reads what is offered
   */
  TopicResource(KringleTopics topics, Bodies messages, Bodies bodies, Duration anycastTimeout) {
    this.topics = topics;
    this.messages = messages;
    this.bodies = bodies;
    this.anycastTimeout = anycastTimeout;
  }

  CompletionStage<HttpResponse> publish(HttpRequest request, String topic) {
    Optional<String> key = request.getHeader(KEY).map(HttpHeader::value);
    return messages
        .read(request)
        .thenCompose(
            payload ->
                key.isPresent()
                    ? topics.publishOnce(topic, key.get(), payload)
                    : topics.publish(topic, payload))
        .thenApply(
            published ->
                Json.response(
                    202,
                    Json.object()
                        .put("sequence", published.sequence())
                        .put("subscribers", published.subscribers())));
  }

  CompletionStage<HttpResponse> anycast(HttpRequest request, String topic) {
    AnycastRequest asked = AnycastRequest.of(request, anycastTimeout);
    return bodies
        .read(request)
        .thenCompose(
            payload ->
                asked.takers().isPresent()
                    ? topics
                        .manycast(topic, payload, asked.takers().getAsInt(), asked.options())
                        .thenApply(TopicResource::replies)
                    : topics
                        .anycast(topic, payload, asked.options())
                        .thenApply(
                            reply -> HttpResponse.create().withEntity(Opaque.entity(reply))));
  }

  private static HttpResponse replies(ManycastReplies replies) {
    ObjectNode json = Json.object().put("wanted", replies.wanted());
    ArrayNode each = json.putArray("replies");
    replies.replies().forEach(reply -> each.add(Json.putValue(Json.object(), reply)));
    return Json.response(
        200,
        json.put("refused", replies.refused())
            .put("unknown", replies.unknown())
            .put("askedAll", replies.askedAll()));
  }
}
