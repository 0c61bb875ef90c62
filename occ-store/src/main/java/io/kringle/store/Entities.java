package io.kringle.store;

import io.kringle.replication.Write;
import io.kringle.replication.WriteOutcome;
import io.kringle.ring.Bytes;
import io.kringle.ring.Failure;
import io.kringle.ring.Result;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * Values of one type, kept in the store as JSON. What the type does not know survives an {@link
 * #update}: see {@link JsonCodec}. Threads and callbacks are those of {@link KeyValues}.
 *
 * @param <T> a record, or a class that Jackson can read and write
 */
public final class Entities<T> {
  private final KeyValues store;
  private final JsonCodec<T> codec;

  /** Values of the codec's type in {@code store}. */
  public Entities(KeyValues store, JsonCodec<T> codec) {
    this.store = store;
    this.codec = codec;
  }

  /** Reads; {@code INVALID} if what is stored does not fit the type. */
  public void get(String key, Consumer<Result<Entity<T>>> done) {
    store.get(key, read -> done.accept(read.then(this::decode)));
  }

  /**
   * Writes under a condition, over whatever is stored, unknown fields included; the value stays.
   *
   * @throws IllegalArgumentException if Jackson cannot write the value
   */
  public void put(
      String key, T value, Write.Condition condition, Consumer<Result<WriteOutcome>> done) {
    put(key, value, condition, Optional.empty(), done);
  }

  /**
   * Writes under a condition, over whatever is stored, unknown fields included.
   *
   * @param timeToLive after which the value is deleted: a millisecond to 100 years; empty: never.
   *     An {@link #update} makes the value stay
   * @throws IllegalArgumentException if Jackson cannot write the value
   */
  public void put(
      String key,
      T value,
      Write.Condition condition,
      Optional<Duration> timeToLive,
      Consumer<Result<WriteOutcome>> done) {
    store.put(key, codec.write(value), condition, timeToLive, done);
  }

  /**
   * Reads, changes and writes, again on each conflict, and keeps what the type does not know.
   *
   * @param change makes the new value from the current one, which is empty if there is none; empty
   *     abandons the update. It may run several times, and must not block.
   * @param done the entity as it is now, also when {@code change} abandoned; or a failure as of
   *     {@link KeyValues#update}, {@code REFUSED} also if what is stored does not fit the type
   */
  public void update(
      String key,
      UnaryOperator<Optional<T>> change,
      UpdateOptions options,
      Consumer<Result<Entity<T>>> done) {
    store.update(
        key,
        current -> resolve(current.value(), change),
        options,
        updated -> done.accept(updated.map(KeyValues.Updated::entry).then(this::decode)));
  }

  private Optional<Bytes> resolve(Optional<Bytes> stored, UnaryOperator<Optional<T>> change) {
    Optional<T> next = change.apply(stored.map(codec::read));
    return next.map(
        value ->
            stored
                .map(original -> codec.merge(original, value))
                .orElseGet(() -> codec.write(value)));
  }

  private Result<Entity<T>> decode(KeyValues.Entry entry) {
    try {
      return Result.ok(new Entity<>(entry.key(), entry.version(), entry.value().map(codec::read)));
    } catch (MalformedEntityException e) {
      return Result.failed(
          Failure.Kind.INVALID, "under " + Limits.brief(entry.key()) + ": " + e.getMessage());
    }
  }

  /**
   * A value with its place.
   *
   * @param key the key
   * @param version 0 if it was never written
   * @param value empty if it was never written, or is deleted
   */
  public record Entity<T>(String key, long version, Optional<T> value) {}
}
