package io.kringle.node.http;

import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.model.Query;
import io.kringle.node.DurationText;
import io.kringle.node.KringleTopics;
import io.kringle.replication.Retention;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * What is looked after for a topic: {@code PUT …/retention}, how much of it is kept, and {@code
 * DELETE …/durable/{name}}, which forgets a durable subscription.
 */
final class TopicUpkeep {
  private final KringleTopics topics;

  TopicUpkeep(KringleTopics topics) {
    this.topics = topics;
  }

  CompletionStage<HttpResponse> retain(HttpRequest request, String topic) {
    return topics.retain(topic, retention(request.getUri().query())).thenApply(this::kept);
  }

  private static Retention retention(Query query) {
    Retention usual = Retention.DEFAULT;
    long items = query.get("items").map(text -> count(text, "items")).orElse((long) usual.items());
    long bytes = query.get("bytes").map(text -> count(text, "bytes")).orElse(usual.bytes());
    Optional<String> age = query.get("age");
    try {
      return new Retention(
          (int) Math.min(Integer.MAX_VALUE, items),
          bytes,
          age.map(TopicUpkeep::age).orElse(usual.age()));
    } catch (IllegalArgumentException outOfRange) {
      throw new Problem.Refusal(400, String.valueOf(outOfRange.getMessage()));
    }
  }

  private static long count(String text, String of) {
    if (text.matches("[0-9]{1,18}")) {
      return Long.parseLong(text);
    }
    throw new Problem.Refusal(400, of + " is a number, not '" + text + "'");
  }

  private static Duration age(String text) {
    return DurationText.parse(text)
        .orElseThrow(
            () ->
                new Problem.Refusal(
                    400, "age is a length of time, " + DurationText.EXAMPLES + ", not " + text));
  }

  private HttpResponse kept(Retention retention) {
    return Json.response(
        200,
        Json.object()
            .put("items", retention.items())
            .put("bytes", retention.bytes())
            .put("ageMillis", retention.age().toMillis()));
  }

  CompletionStage<HttpResponse> forget(String topic, String name) {
    return topics
        .forget(topic, name)
        .thenApply(
            wasThere ->
                wasThere
                    ? HttpResponse.create().withStatus(204)
                    : Problem.of(404, "'" + topic + "' has no durable subscription '" + name + "'")
                        .response());
  }
}
