package io.kringle.node.http;

import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.HttpResponse;
import akka.japi.Pair;
import akka.stream.BoundedSourceQueue;
import akka.stream.Materializer;
import akka.stream.javadsl.Source;
import akka.util.ByteString;
import io.kringle.node.KringleTopics;
import io.kringle.node.NodeConfig;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * {@code GET /v1/topics/{topic}}: subscriptions as streams of server-sent events. With {@code
 * ?accept=anycast} a stream takes anycasts as well: as events of type {@code anycast}, accepted at
 * once. A {@code Last-Event-ID} is accepted, but what was published meanwhile is not sent again:
 * every stream begins with what comes next.
 */
final class EventStreams {
  private final KringleTopics topics;
  private final NodeConfig.Gateway config;
  private final String nodeId;
  private final Materializer materializer;
  private final AtomicLong numbers = new AtomicLong();
  private final Set<EventSubscriber> open = ConcurrentHashMap.newKeySet();

  EventStreams(
      KringleTopics topics, NodeConfig.Gateway config, String nodeId, Materializer materializer) {
    this.topics = topics;
    this.config = config;
    this.nodeId = nodeId;
    this.materializer = materializer;
  }

  CompletionStage<HttpResponse> open(HttpRequest request, String topic) {
    if (open.size() >= config.maxEventStreams()) {
      throw new Problem.Refusal(503, config.maxEventStreams() + " event streams are open already");
    }
    boolean takesAnycasts =
        request.getUri().query().get("accept").filter("anycast"::equals).isPresent();
    Pair<BoundedSourceQueue<ByteString>, Source<ByteString, akka.NotUsed>> stream =
        Source.<ByteString>queue(config.eventBuffer()).preMaterialize(materializer);
    EventSubscriber subscriber =
        new EventSubscriber(stream.first(), nodeId, numbers.incrementAndGet(), takesAnycasts);
    open.add(subscriber);
    return topics
        .subscribe(topic, subscriber)
        .whenComplete(
            (subscription, failure) -> {
              if (failure != null) {
                open.remove(subscriber);
                subscriber.end();
              }
            })
        .thenApply(
            subscription ->
                EventText.response(
                    stream
                        .second()
                        .map(subscriber::sent)
                        .watchTermination(
                            (notUsed, ended) ->
                                ended.whenComplete(
                                    (done, failure) -> {
                                      open.remove(subscriber);
                                      subscription.cancel();
                                    })),
                    config.heartbeat()));
  }

  /** How many streams are open. */
  int count() {
    return open.size();
  }

  /** Ends every stream. */
  void close() {
    open.forEach(EventSubscriber::end);
  }
}
