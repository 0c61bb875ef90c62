package io.kringle.node.http;

import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.model.Query;
import akka.japi.Pair;
import akka.stream.BoundedSourceQueue;
import akka.stream.Materializer;
import akka.stream.QueueOfferResult;
import akka.stream.javadsl.Source;
import akka.util.ByteString;
import io.kringle.node.KringleStore;
import io.kringle.node.NodeConfig;
import io.kringle.node.StoreChange;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;

/**
 * {@code GET /v1/watch?key=K} or {@code ?prefix=P}: what is there, and then what changes, as
 * server-sent events of the types {@code put}, {@code deleted}, {@code reset} and {@code current}.
 * A reader that is slow gets the latest, and what it does not read does not gather here.
 */
final class WatchStreams {
  private final KringleStore store;
  private final NodeConfig.Gateway config;
  private final Materializer materializer;
  private final Set<Stream> open = ConcurrentHashMap.newKeySet();

  WatchStreams(KringleStore store, NodeConfig.Gateway config, Materializer materializer) {
    this.store = store;
    this.config = config;
    this.materializer = materializer;
  }

  /** One response: a list of changes is on its way, or none is. */
  private static final class Stream {
    private final BoundedSourceQueue<ByteString> events;
    private volatile CompletableFuture<Void> taken = CompletableFuture.completedFuture(null);

    Stream(BoundedSourceQueue<ByteString> events) {
      this.events = events;
    }

    CompletionStage<Void> changed(List<StoreChange> changes) {
      CompletableFuture<Void> taking = new CompletableFuture<>();
      taken = taking;
      ByteString text =
          changes.stream()
              .map(EventText::change)
              .reduce(ByteString.emptyByteString(), ByteString::concat);
      if (events.offer(text) != QueueOfferResult.enqueued()) {
        taking.complete(null);
      }
      return taking;
    }

    ByteString sent(ByteString event) {
      taken.complete(null);
      return event;
    }

    void end() {
      events.complete();
      taken.complete(null);
    }
  }

  CompletionStage<HttpResponse> open(HttpRequest request) {
    Query query = request.getUri().query();
    Optional<String> key = query.get("key");
    Optional<String> prefix = query.get("prefix");
    if (key.isPresent() == prefix.isPresent()) {
      throw new Problem.Refusal(400, "say what to watch: ?key=K, or ?prefix=P");
    }
    if (open.size() >= config.maxEventStreams()) {
      throw new Problem.Refusal(503, config.maxEventStreams() + " watches are open already");
    }
    Pair<BoundedSourceQueue<ByteString>, Source<ByteString, akka.NotUsed>> events =
        Source.<ByteString>queue(1).preMaterialize(materializer);
    Stream stream = new Stream(events.first());
    open.add(stream);
    return store
        .watch(key.or(() -> prefix).orElseThrow(), prefix.isPresent(), stream::changed)
        .whenComplete(
            (watch, failure) -> {
              if (failure != null) {
                open.remove(stream);
                stream.end();
              }
            })
        .thenApply(
            watch ->
                EventText.response(
                    events
                        .second()
                        .map(stream::sent)
                        .watchTermination(
                            (notUsed, ended) ->
                                ended.whenComplete(
                                    (done, failure) -> {
                                      open.remove(stream);
                                      stream.end();
                                      watch.close();
                                    })),
                    config.heartbeat()));
  }

  /** How many streams are open. */
  int count() {
    return open.size();
  }

  /** Ends every stream. */
  void close() {
    open.forEach(Stream::end);
  }
}
