package io.kringle.node.http;

import akka.http.javadsl.model.HttpHeader;
import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.HttpResponse;
import akka.japi.Pair;
import akka.stream.BoundedSourceQueue;
import akka.stream.Materializer;
import akka.stream.javadsl.Source;
import akka.util.ByteString;
import io.kringle.node.KringleTopics;
import io.kringle.node.NodeConfig;
import io.kringle.pubsub.GroupOptions;
import io.kringle.pubsub.SubscribeOptions;
import io.kringle.pubsub.SubscribeOptions.Start;
import java.util.Optional;
import java.util.Set;
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
 * Last-Event-ID}, which goes before the place that was kept.
 *
 * <p>With {@code ?accept=anycast} a stream takes anycasts as well: as events of type {@code
 * anycast}, accepted at once. A client that is slow is held back.
 *
 * <p>With {@code ?group=NAME} the client is a member of a group: it shares the topic with the other
 * members, and acknowledges each message by taking it from the connection.
 */
final class EventStreams {
  /** Bytes of messages that wait for a slow client, unless it is one that is larger. */
  private static final int BUFFER_BYTES = 4 << 20;

  /** Room for what goes between messages: for each at most a notice, and the first and the last. */
  private static final int OTHERS = 2;

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
    SubscribeOptions options = options(request);
    Optional<String> group = request.getUri().query().get("group");
    if (group.isPresent() && options.durable().isPresent()) {
      throw new Problem.Refusal(400, "a group keeps its place anyway: it is not durable as well");
    }
    boolean takesAnycasts =
        request.getUri().query().get("accept").filter("anycast"::equals).isPresent();
    Pair<BoundedSourceQueue<Outgoing>, Source<Outgoing, akka.NotUsed>> stream =
        Source.<Outgoing>queue(2 * config.eventBuffer() + OTHERS).preMaterialize(materializer);
    EventSubscriber subscriber =
        new EventSubscriber(stream.first(), nodeId, numbers.incrementAndGet(), takesAnycasts);
    open.add(subscriber);
    CompletionStage<Place> place =
        group.isPresent()
            ? join(topic, group.get(), subscriber, options)
            : subscribe(topic, subscriber, options);
    return place
        .whenComplete(
            (opened, failure) -> {
              if (failure != null) {
                open.remove(subscriber);
                subscriber.end();
              }
            })
        .thenApply(opened -> response(subscriber, opened, stream.second()));
  }

  private CompletionStage<Place> subscribe(
      String topic, EventSubscriber subscriber, SubscribeOptions options) {
    return topics
        .subscribe(topic, subscriber, options)
        .thenApply(
            subscription ->
                new Place(EventText.subscribed(subscription.first() - 1), subscription::cancel));
  }

  private CompletionStage<Place> join(
      String topic, String group, EventSubscriber subscriber, SubscribeOptions options) {
    GroupOptions usual = GroupOptions.DEFAULT;
    int room = Math.min(usual.room(), config.eventBuffer());
    return topics
        .join(topic, group, subscriber, usual.from(options.from()).room(room))
        .thenApply(membership -> new Place(EventText.joined(group), membership::leave));
  }

  /**
   * What a stream is for.
   *
   * @param greeting its first event
   * @param leave ends it
   */
  private record Place(ByteString greeting, Runnable leave) {}

  private HttpResponse response(
      EventSubscriber subscriber, Place place, Source<Outgoing, akka.NotUsed> events) {
    Source<ByteString, akka.NotUsed> texts =
        Source.single(place.greeting()).concat(events.map(subscriber::sent));
    return EventText.response(
        texts.watchTermination(
            (notUsed, ended) ->
                ended.whenComplete(
                    (done, failure) -> {
                      open.remove(subscriber);
                      place.leave().run();
                    })),
        config.heartbeat());
  }

  private SubscribeOptions options(HttpRequest request) {
    SubscribeOptions options =
        SubscribeOptions.DEFAULT.from(start(request)).buffer(config.eventBuffer(), BUFFER_BYTES);
    try {
      return request.getUri().query().get("durable").map(options::durable).orElse(options);
    } catch (IllegalArgumentException noName) {
      throw new Problem.Refusal(400, String.valueOf(noName.getMessage()));
    }
  }

  private static Start start(HttpRequest request) {
    Optional<String> last = request.getHeader("Last-Event-ID").map(HttpHeader::value);
    return last.map(id -> (Start) new Start.Resume(number(id, "Last-Event-ID", 0)))
        .orElseGet(() -> from(request.getUri().query().get("from").orElse("now")));
  }

  private static Start from(String text) {
    return switch (text) {
      case "now" -> new Start.Now();
      case "oldest" -> new Start.Oldest();
      default -> new Start.After(number(text, "from", 1) - 1);
    };
  }

  private static long number(String text, String of, long least) {
    if (text.matches("[0-9]{1,18}") && Long.parseLong(text) >= least) {
      return Long.parseLong(text);
    }
    throw new Problem.Refusal(400, of + " is the number of a message, not '" + text + "'");
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
