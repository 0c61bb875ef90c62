package io.kringle.replication;

import io.kringle.ring.Codec;
import io.kringle.ring.Id;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;

/** What is stored, under what is to be stored by the next batch. */
final class Draft {
  private final ArcStorage storage;
  private final Codec codec;

  /** What is to be stored; empty: nothing. */
  private Map<ArcStorage.RecordKey, Optional<Stored>> changed = new LinkedHashMap<>();

  Draft(ArcStorage storage, Codec codec) {
    this.storage = storage;
    this.codec = codec;
  }

  /** Something of this type, which may be there or not; or it is damaged. */
  record Found<T>(Optional<T> value, boolean isDamaged) {
    static <T> Found<T> absent() {
      return new Found<>(Optional.empty(), false);
    }

    static <T> Found<T> damaged() {
      return new Found<>(Optional.empty(), true);
    }

    /** With {@code none} where nothing is; empty if it is damaged. */
    Optional<T> or(T none) {
      return isDamaged ? Optional.empty() : Optional.of(value.orElse(none));
    }
  }

  /** What is stored already. */
  <T extends Stored> Found<T> stored(Class<T> type, Id id, String key) {
    return storage
        .record(id, key)
        .map(
            bytes ->
                Seal.open(codec, bytes)
                    .filter(type::isInstance)
                    .map(found -> new Found<>(Optional.of(type.cast(found)), false))
                    .orElseGet(Found::damaged))
        .orElseGet(Found::absent);
  }

  /** What will be stored. */
  <T extends Stored> Found<T> find(Class<T> type, Id id, String key) {
    Optional<Stored> pending = changed.get(new ArcStorage.RecordKey(id, key));
    return pending == null ? stored(type, id, key) : new Found<>(pending.map(type::cast), false);
  }

  void put(Id id, String key, Stored stored) {
    changed.put(new ArcStorage.RecordKey(id, key), Optional.of(stored));
  }

  void remove(Id id, String key) {
    changed.put(new ArcStorage.RecordKey(id, key), Optional.empty());
  }

  boolean isEmpty() {
    return changed.isEmpty();
  }

  void clear() {
    changed.clear();
  }

  /** Puts everything into a batch, and tells what is to be there. */
  void drain(ArcStorage.Batch batch, BiConsumer<ArcStorage.RecordKey, Stored> put) {
    changed.forEach(
        (at, stored) ->
            stored.ifPresentOrElse(
                each -> {
                  batch.putRecord(at.id(), at.key(), Seal.close(codec, each));
                  put.accept(at, each);
                },
                () -> batch.removeRecord(at.id(), at.key())));
    changed = new LinkedHashMap<>();
  }
}
