package io.kringle.node;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * The store with objects for values, kept as JSON. Threads and failures are those of {@link KringleStore}; a value that is not
 * such an object fails a read with {@code INVALID}.
 *
 * @param <T> their type
 */
public final class KringleObjects<T> {
  private static final ObjectMapper JSON = JsonMapper.builder().findAndAddModules().build();

  private final KringleStore store;
  private final Class<T> type;

  KringleObjects(KringleStore store, Class<T> type) {
    this.store = store;
    this.type = type;
  }

  /** Reads; nothing if there is no value. */
  public CompletionStage<Optional<T>> get(String key) {
    return store.get(key).thenApply(this::object);
  }

  /** Writes, whatever was there. */
  public CompletionStage<WriteResult> put(String key, T value) {
    return store.put(key, write(value));
  }

  /** Writes if there is no value. */
  public CompletionStage<WriteResult> putIfAbsent(String key, T value) {
    return store.putIfAbsent(key, write(value));
  }

  /** Writes if the record is at {@code version}. */
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
   * @param change takes the object, or nothing if there is none, and gives the new one; nothing: leaves it as it is
   */
  public CompletionStage<Optional<T>> update(String key, Function<Optional<T>, Optional<T>> change) {
    return store
        .update(key, bytes -> change.apply(bytes.map(value -> read(key, value))).map(this::write))
        .thenApply(this::object);
  }

  private Optional<T> object(StoreEntry entry) {
    return entry.value().map(value -> read(entry.key(), value));
  }

  private T read(String key, byte[] value) {
    try {
      return JSON.readValue(value, type);
    } catch (IOException notSuch) {
      throw new KringleException(
          KringleException.Kind.INVALID, "the value of '" + key + "' is no " + type.getSimpleName(), notSuch);
    }
  }

  private byte[] write(T value) {
    try {
      return JSON.writeValueAsBytes(value);
    } catch (JsonProcessingException unwritable) {
      throw new KringleException(
          KringleException.Kind.INVALID, type.getSimpleName() + " cannot be written as JSON", unwritable);
    }
  }
}
