package io.kringle.node.http;

import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.HttpResponse;
import io.kringle.node.KringleBroadcasts;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** {@code POST /v1/broadcast}: to every node of the ring; with {@code ?flood=8} by flooding. */
final class BroadcastResource {
  private final KringleBroadcasts broadcasts;
  private final Bodies bodies;
  private final Duration timeout;

  BroadcastResource(KringleBroadcasts broadcasts, Bodies bodies, Duration timeout) {
    this.broadcasts = broadcasts;
    this.bodies = bodies;
    this.timeout = timeout;
  }

  CompletionStage<HttpResponse> send(HttpRequest request) {
    Optional<Integer> hops = request.getUri().query().get("flood").map(BroadcastResource::hops);
    return bodies
        .read(request)
        .thenCompose(payload -> hops.isPresent() ? flood(payload, hops.get()) : broadcast(payload));
  }

  private CompletionStage<HttpResponse> broadcast(byte[] payload) {
    return broadcasts
        .broadcast(payload, timeout)
        .thenApply(
            reach ->
                Json.response(
                    200,
                    Json.object()
                        .put("nodes", reach.nodes())
                        .put("exact", reach.exact())
                        .put("depth", reach.depth())));
  }

  private CompletionStage<HttpResponse> flood(byte[] payload, int hops) {
    return broadcasts
        .flood(payload, hops)
        .thenApply(neighbours -> Json.response(202, Json.object().put("neighbours", neighbours)));
  }

  private static int hops(String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException notANumber) {
      throw new Problem.Refusal(400, "flood is a number of hops, not '" + text + "'");
    }
  }
}
