package io.kringle.node.http;

import akka.http.javadsl.model.HttpHeader;
import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.Query;
import io.kringle.node.DurationText;
import io.kringle.node.NodeConfig;
import io.kringle.pubsub.GroupOptions;
import io.kringle.pubsub.SubscribeOptions;
import io.kringle.pubsub.SubscribeOptions.Start;
import java.time.Duration;
import java.util.Optional;

/**
 * What a stream of a topic is asked to be.
 *
 * @param subscribe how to subscribe, unless it is a group's
 * @param group the name of the group that it is a member of
 * @param join how to take part in that
 * @param takesAnycasts whether anycasts are accepted as well
 * @param isAcknowledged whether its client says what it is done with
 */
record StreamRequest(
    SubscribeOptions subscribe,
    Optional<String> group,
    GroupOptions join,
    boolean takesAnycasts,
    boolean isAcknowledged) {
  /** Bytes of messages that wait for a slow client, unless it is one that is larger. */
  private static final int BUFFER_BYTES = 4 << 20;

  /** Reads the query, and {@code Last-Event-ID}. */
  static StreamRequest of(HttpRequest request, NodeConfig.Gateway config) {
    Query query = request.getUri().query();
    Optional<String> group = query.get("group");
    Optional<String> durable = query.get("durable");
    boolean isAcknowledged = query.get("acknowledge").isPresent();
    if (group.isPresent() && durable.isPresent()) {
      throw new Problem.Refusal(400, "a group keeps its place anyway: it is not durable as well");
    }
    if (isAcknowledged && group.isEmpty() && durable.isEmpty()) {
      throw new Problem.Refusal(
          400, "what is acknowledged moves a place: name a durable subscription or a group");
    }
    // What somebody got who acknowledges is not what it is done with: the place says that.
    Start start = isAcknowledged ? from(query) : start(request);
    try {
      SubscribeOptions usual =
          SubscribeOptions.DEFAULT.from(start).buffer(config.eventBuffer(), BUFFER_BYTES);
      return new StreamRequest(
          durable.map(usual::durable).orElse(usual),
          group,
          join(query, start, config),
          query.get("accept").filter("anycast"::equals).isPresent(),
          isAcknowledged);
    } catch (IllegalArgumentException outOfRange) {
      throw new Problem.Refusal(400, String.valueOf(outOfRange.getMessage()));
    }
  }

  private static GroupOptions join(Query query, Start start, NodeConfig.Gateway config) {
    GroupOptions usual = GroupOptions.DEFAULT;
    GroupOptions here = usual.from(start).room(Math.min(usual.room(), config.eventBuffer()));
    return query.get("within").map(StreamRequest::time).map(here::acknowledgeWithin).orElse(here);
  }

  private static Duration time(String text) {
    return DurationText.parse(text)
        .orElseThrow(
            () ->
                new Problem.Refusal(
                    400, "within is a length of time, " + DurationText.EXAMPLES + ", not " + text));
  }

  private static Start start(HttpRequest request) {
    Optional<String> last = request.getHeader("Last-Event-ID").map(HttpHeader::value);
    return last.map(id -> (Start) new Start.Resume(number(id, "Last-Event-ID", 0)))
        .orElseGet(() -> from(request.getUri().query()));
  }

  private static Start from(Query query) {
    String text = query.get("from").orElse("now");
    return switch (text) {
      case "now" -> new Start.Now();
      case "oldest" -> new Start.Oldest();
      default -> new Start.After(number(text, "from", 1) - 1);
    };
  }

  /** The number of a message, or a refusal that says what it is of. */
  static long number(String text, String of, long least) {
    if (text.matches("[0-9]{1,18}") && Long.parseLong(text) >= least) {
      return Long.parseLong(text);
    }
    throw new Problem.Refusal(400, of + " is the number of a message, not '" + text + "'");
  }
}
