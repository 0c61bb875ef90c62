package io.kringle.node.http;

import akka.http.javadsl.model.HttpHeader;
import akka.http.javadsl.model.HttpMethods;
import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.model.headers.ETag;
import akka.http.javadsl.model.headers.EntityTag;
import akka.http.javadsl.model.headers.RawHeader;
import io.kringle.node.DurationText;
import io.kringle.node.KringleStore;
import io.kringle.node.StoreEntry;
import io.kringle.node.WriteResult;
import io.kringle.replication.Write;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** {@code /v1/kv/{key}}: one record. Its version is the entity tag. */
final class KeyResource {
  /** Of an answer that any replica gave, maybe an old one. */
  private static final HttpHeader STALE = RawHeader.create("Kringle-Read", "stale");

  private final KringleStore store;
  private final Bodies bodies;

  KeyResource(KringleStore store, Bodies bodies) {
    this.store = store;
    this.bodies = bodies;
  }

  CompletionStage<HttpResponse> handle(HttpRequest request, String key) {
    if (key.isEmpty()) {
      throw new Problem.Refusal(400, "the key is empty; it stands behind /v1/kv/");
    }
    if (request.method().equals(HttpMethods.PUT)) {
      Precondition condition = Precondition.of(request);
      Optional<Duration> life = timeToLive(request);
      return bodies.read(request).thenCompose(value -> put(key, value, condition, life));
    }
    if (request.method().equals(HttpMethods.DELETE)) {
      return delete(key, Precondition.of(request));
    }
    return request.getUri().query().get("stale-ok").isPresent()
        ? store.getStale(key).thenApply(entry -> found(entry).addHeader(STALE))
        : store.get(key).thenApply(KeyResource::found);
  }

  private static Optional<Duration> timeToLive(HttpRequest request) {
    return request
        .getUri()
        .query()
        .get("ttl")
        .map(
            text ->
                DurationText.parse(text)
                    .orElseThrow(
                        () ->
                            new Problem.Refusal(
                                400,
                                "ttl is a length of time, "
                                    + DurationText.EXAMPLES
                                    + ", not '"
                                    + text
                                    + "'")));
  }

  private static HttpResponse found(StoreEntry entry) {
    return entry
        .value()
        .map(
            value ->
                tagged(HttpResponse.create().withEntity(Opaque.entity(value)), entry.version()))
        .orElseGet(() -> nothing(entry.key(), entry.version()));
  }

  /** Nothing is there; the version of what was deleted is told, for it is the one to go on from. */
  private static HttpResponse nothing(String key, long version) {
    HttpResponse response = Problem.of(404, "nothing is stored under '" + key + "'").response();
    return version > 0 ? tagged(response, version) : response;
  }

  private CompletionStage<HttpResponse> put(
      String key, byte[] value, Precondition condition, Optional<Duration> life) {
    if (condition instanceof Precondition.OneOf versions) {
      return atVersion(
          key, versions, version -> put(key, value, Write.Condition.version(version), life));
    }
    if (condition instanceof Precondition.Absent) {
      return put(key, value, Write.Condition.ABSENT, life);
    }
    return put(
        key,
        value,
        condition instanceof Precondition.Present ? Write.Condition.PRESENT : Write.Condition.NONE,
        life);
  }

  private CompletionStage<HttpResponse> put(
      String key, byte[] value, Write.Condition condition, Optional<Duration> life) {
    return store.put(key, value, condition, life).thenApply(KeyResource::stored);
  }

  private CompletionStage<HttpResponse> delete(String key, Precondition condition) {
    if (condition instanceof Precondition.OneOf versions) {
      return atVersion(
          key,
          versions,
          version -> store.deleteIfVersion(key, version).thenApply(result -> written(result, 204)));
    }
    if (condition instanceof Precondition.Absent) {
      throw new Problem.Refusal(400, "If-None-Match: * makes no sense for DELETE");
    }
    boolean demanded = condition instanceof Precondition.Present;
    return store
        .delete(key)
        .thenApply(
            result ->
                result.written() || demanded
                    ? written(result, 204)
                    : nothing(key, result.version()));
  }

  /** Writes at the one version; of several, at the one that the record has now. */
  private CompletionStage<HttpResponse> atVersion(
      String key,
      Precondition.OneOf condition,
      Function<Long, CompletionStage<HttpResponse>> write) {
    if (condition.versions().size() == 1) {
      return write.apply(condition.versions().get(0));
    }
    return store
        .get(key)
        .thenCompose(
            now ->
                condition.versions().contains(now.version())
                    ? write.apply(now.version())
                    : CompletableFuture.completedFuture(
                        written(
                            new WriteResult(false, now.version(), now.isPresent(), false), 412)));
  }

  private static HttpResponse stored(WriteResult result) {
    return written(result, result.created() ? 201 : 200);
  }

  private static HttpResponse written(WriteResult result, int status) {
    if (result.written()) {
      return tagged(HttpResponse.create().withStatus(status), result.version());
    }
    String now = result.present() ? "at version " + result.version() : "absent";
    HttpResponse failed = Problem.of(412, "the record is " + now).response();
    return result.version() > 0 ? tagged(failed, result.version()) : failed;
  }

  private static HttpResponse tagged(HttpResponse response, long version) {
    return response.addHeader(ETag.create(EntityTag.create(String.valueOf(version), false)));
  }
}
