package io.kringle.node.http;

import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.model.Query;
import akka.japi.Pair;
import akka.stream.BoundedSourceQueue;
import akka.stream.Materializer;
import akka.stream.javadsl.Source;
import akka.util.ByteString;
import io.kringle.node.KringleTopics;
import io.kringle.node.NodeConfig;
import io.kringle.pubsub.GroupOptions;
import io.kringle.pubsub.SubscribeOptions;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * {@code GET /v1/topics/{topic}}: subscriptions as streams of server-sent events. The id of an
 * event is the number of the last message that is told or accounted for by then; with it as {@code
 * Last-Event-ID} a stream goes on after that. Without one it begins with {@code ?from=now}, {@code
 * oldest}, or the number of a message.
 *
 * <p>With {@code ?durable=NAME} it is a durable subscription, which is done with what has left for
 * the connection: a client that has not read that when it breaks off resumes by {@code
 * Last-Event-ID}, which goes before the place that was kept. With {@code &acknowledge} it is done
 * with what its client acknowledges, {@code POST …/streams/{stream}/ack}: its first event says
 * where, and it goes on after the place.
 *
 * <p>With {@code ?accept=anycast} a stream takes anycasts as well: as events of type {@code
 * anycast}, accepted at once. A client that is slow is held back.
 *
 * <p>With {@code ?group=NAME} the client is a member of a group: it shares the topic with the other
 * members, and acknowledges each message by taking it from the connection, or as above.
 */
final class EventStreams {
  /** Room for what goes between messages: for each at most a notice, and the first and the last. */
  private static final int OTHERS = 2;

  private final KringleTopics topics;
  private final NodeConfig.Gateway config;
  private final String nodeId;
  private final Materializer materializer;
  private final AtomicLong numbers = new AtomicLong();

  /** By the names that {@code …/ack} goes by. */
  private final Map<String, EventSubscriber> open = new ConcurrentHashMap<>();

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
    StreamRequest asked = StreamRequest.of(request, config);
    Pair<BoundedSourceQueue<Outgoing>, Source<Outgoing, akka.NotUsed>> stream =
        Source.<Outgoing>queue(2 * config.eventBuffer() + OTHERS).preMaterialize(materializer);
    EventSubscriber subscriber =
        new EventSubscriber(
            stream.first(),
            nodeId,
            numbers.incrementAndGet(),
            asked,
            new Unacknowledged(2 * config.eventBuffer()));
    // Nobody acknowledges to a node what it had from the process before.
    String name = UUID.randomUUID().toString();
    Optional<String> acknowledge =
        Optional.of(request.getUri().getPathString() + "/streams/" + name + "/ack")
            .filter(path -> asked.isAcknowledged());
    String key = key(topic, name);
    open.put(key, subscriber);
    return asked
        .group()
        .map(group -> join(topic, group, subscriber, asked.join(), acknowledge))
        .orElseGet(() -> subscribe(topic, subscriber, asked.subscribe(), acknowledge))
        .whenComplete(
            (opened, failure) -> {
              if (failure != null) {
                open.remove(key);
                subscriber.end();
              }
            })
        .thenApply(opened -> response(key, subscriber, opened, stream.second()));
  }

  private static String key(String topic, String name) {
    return topic + "/" + name;
  }

  private CompletionStage<Place> subscribe(
      String topic,
      EventSubscriber subscriber,
      SubscribeOptions options,
      Optional<String> acknowledge) {
    return topics
        .subscribe(topic, subscriber, options)
        .thenApply(
            subscription ->
                new Place(
                    EventText.subscribed(subscription.first() - 1, acknowledge),
                    subscription::cancel));
  }

  private CompletionStage<Place> join(
      String topic,
      String group,
      EventSubscriber subscriber,
      GroupOptions options,
      Optional<String> acknowledge) {
    return topics
        .join(topic, group, subscriber, options)
        .thenApply(
            membership -> new Place(EventText.joined(group, acknowledge), membership::leave));
  }

  /**
   * Of a stream that is open here: {@code ?message=N} is done with, or {@code ?upto=N}, that and
   * all that the stream brought before it.
   */
  CompletionStage<HttpResponse> acknowledge(HttpRequest request, String topic, String name) {
    Query query = request.getUri().query();
    Optional<String> one = query.get("message");
    Optional<String> all = query.get("upto");
    if (one.isPresent() == all.isPresent()) {
      throw new Problem.Refusal(400, "say what is done with: ?message=N, or ?upto=N");
    }
    EventSubscriber stream = open.get(key(topic, name));
    if (stream == null) {
      throw new Problem.Refusal(
          404, "no such stream of '" + topic + "' is open here; what it brought comes again");
    }
    Unacknowledged unacknowledged = stream.unacknowledged();
    int done =
        one.map(text -> unacknowledged.acknowledge(StreamRequest.number(text, "message", 1)))
            .or(() -> all.map(text -> unacknowledged.acknowledgeUpTo(number(text))))
            .orElse(0);
    return CompletableFuture.completedFuture(
        Json.response(200, Json.object().put("acknowledged", done)));
  }

  private static long number(String upTo) {
    return StreamRequest.number(upTo, "upto", 1);
  }

  /**
   * What a stream is for.
   *
   * @param greeting its first event
   * @param leave ends it
   */
  private record Place(ByteString greeting, Runnable leave) {}

  private HttpResponse response(
      String key, EventSubscriber subscriber, Place place, Source<Outgoing, akka.NotUsed> events) {
    Source<ByteString, akka.NotUsed> texts =
        Source.single(place.greeting()).concat(events.map(subscriber::sent));
    return EventText.response(
        texts.watchTermination(
            (notUsed, ended) ->
                ended.whenComplete(
                    (done, failure) -> {
                      open.remove(key);
                      place.leave().run();
                    })),
        config.heartbeat());
  }

  /** How many streams are open. */
  int count() {
    return open.size();
  }

  /** Ends every stream. */
  void close() {
    open.values().forEach(EventSubscriber::end);
  }
}
