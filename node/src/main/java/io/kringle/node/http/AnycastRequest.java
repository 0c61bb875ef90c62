package io.kringle.node.http;

import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.Query;
import io.kringle.node.DurationText;
import io.kringle.pubsub.AnycastOptions;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The options of {@code POST /v1/topics/{topic}/anycast}: {@code order=near|random|in-turn}, {@code
 * timeout=2s}, {@code idempotent}, {@code takers=3}.
 *
 * @param takers if it is a manycast
 */
record AnycastRequest(AnycastOptions options, OptionalInt takers) {

  static AnycastRequest of(HttpRequest request, Duration usualTimeout) {
    Query query = request.getUri().query();
    AnycastOptions options =
        new AnycastOptions(
            order(query.get("order").orElse("near")),
            query.get("timeout").map(AnycastRequest::timeout).orElse(usualTimeout),
            query.get("idempotent").filter(value -> !value.equals("false")).isPresent());
    Optional<Integer> takers = query.get("takers").map(AnycastRequest::number);
    return new AnycastRequest(
        options, takers.isPresent() ? OptionalInt.of(takers.get()) : OptionalInt.empty());
  }

  private static AnycastOptions.Order order(String text) {
    return switch (text) {
      case "near" -> AnycastOptions.Order.NEAR_AND_IDLE;
      case "random" -> AnycastOptions.Order.RANDOM;
      case "in-turn" -> AnycastOptions.Order.ALL_IN_TURN;
      default ->
          throw new Problem.Refusal(400, "order is near, random or in-turn, not '" + text + "'");
    };
  }

  private static Duration timeout(String text) {
    return DurationText.parse(text)
        .filter(timeout -> !timeout.isZero())
        .filter(timeout -> timeout.compareTo(AnycastOptions.MAX_TIMEOUT) <= 0)
        .orElseThrow(
            () ->
                new Problem.Refusal(
                    400,
                    "timeout is a length of time up to 1h, "
                        + DurationText.EXAMPLES
                        + ", not '"
                        + text
                        + "'"));
  }

  private static int number(String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException notANumber) {
      throw new Problem.Refusal(400, "takers is a number, not '" + text + "'");
    }
  }
}
