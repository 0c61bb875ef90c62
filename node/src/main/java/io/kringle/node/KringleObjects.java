package io.kringle.node;

import io.kringle.ring.Bytes;
import io.kringle.store.Entities;
import io.kringle.store.JsonCodec;
import io.kringle.store.KeyValues;
import io.kringle.store.UpdateOptions;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * The store with objects for values, kept as JSON. Threads and failures are those of {@link
 * KringleStore}; a value that does not fit the type fails with {@code INVALID}. Fields of the
 * stored JSON that the type does not know survive an {@link #update}.
 *
 * @param <T> their type
 */
public final class KringleObjects<T> {
  private final KringleStore store;
  private final Calls calls;
  private final Function<Stack, KeyValues> values;
  private final JsonCodec<T> codec;

  KringleObjects(
      KringleStore store, Calls calls, Function<Stack, KeyValues> values, Class<T> type) {
    this.store = store;
    this.calls = calls;
    this.values = values;
    this.codec = new JsonCodec<>(type);
  }

  /** Reads; nothing if there is no value. */
  public CompletionStage<Optional<T>> get(String key) {
    Checks.key(key);
    return calls
        .<Entities.Entity<T>>ask(
            (stack, done) -> new Entities<>(values.apply(stack), codec).get(key, done))
        .thenApply(Entities.Entity::value);
  }

  /**
   * Writes, whatever was there.
   *
   * @throws IllegalArgumentException if Jackson cannot write the object
   */
  public CompletionStage<WriteResult> put(String key, T value) {
    return store.put(key, write(value));
  }

  /**
   * Writes, whatever was there, for a time: then the object is deleted. An {@link #update} makes it
   * stay.
   *
   * @param timeToLive a millisecond to 100 years
   * @throws IllegalArgumentException if Jackson cannot write the object
   */
  public CompletionStage<WriteResult> put(String key, T value, Duration timeToLive) {
    return store.put(key, write(value), timeToLive);
  }

  /**
   * Writes if there is no value.
   *
   * @throws IllegalArgumentException if Jackson cannot write the object
   */
  public CompletionStage<WriteResult> putIfAbsent(String key, T value) {
    return store.putIfAbsent(key, write(value));
  }

  /**
   * Writes if the record is at {@code version}.
   *
   * @throws IllegalArgumentException if Jackson cannot write the object
   */
  public CompletionStage<WriteResult> putIfVersion(String key, T value, long version) {
    return store.putIfVersion(key, write(value), version);
  }

  /** Deletes; not written means that there was nothing to delete. */
  public CompletionStage<WriteResult> delete(String key) {
    return store.delete(key);
  }

  /**
   * As {@link KringleStore#update}.
   *
   * @param change takes the object, or nothing if there is none, and gives the new one; nothing:
   *     leaves it as it is
   */
  public CompletionStage<Optional<T>> update(
      String key, Function<Optional<T>, Optional<T>> change) {
    Checks.key(key);
    return calls
        .<Entities.Entity<T>>ask(
            (stack, done) ->
                new Entities<>(values.apply(stack), codec)
                    .update(key, change::apply, UpdateOptions.DEFAULT, done))
        .thenApply(Entities.Entity::value);
  }

  private byte[] write(T value) {
    Bytes json = codec.write(value);
    return json.array();
  }
}
