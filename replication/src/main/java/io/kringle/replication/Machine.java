package io.kringle.replication;

import io.kringle.ring.Bytes;
import io.kringle.ring.Codec;
import io.kringle.ring.Id;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Applies log entries to records, the same way at every replica.
 *
 * <p>Records may be ahead of the log that is applied over them, after a restart or a snapshot: each
 * carries the index that changed it last, and entries up to that one are passed over.
 */
final class Machine {
  private final ArcStorage storage;
  private final Codec codec;
  private final Map<String, StoredState> changed = new LinkedHashMap<>();

  Machine(ArcStorage storage, Codec codec) {
    this.storage = storage;
    this.codec = codec;
  }

  /** What is stored under a key, as far as it is applied. */
  StoredState read(Id id, String key) {
    Optional<Bytes> stored = storage.record(id, key);
    return stored.isPresent()
        ? (StoredState) codec.decode(stored.get().array())
        : StoredState.NEVER;
  }

  /**
   * Applies one write, to be stored by the next {@link #drain}.
   *
   * @return what became of it; or of its first try
   */
  ClientMessage.Reply apply(long index, Entry.Put put, Configuration configuration) {
    String key = put.write().key();
    Id id = Id.ofKey(key);
    if (!configuration.arc().contains(id)) {
      return ClientMessage.NotDaddy.UNKNOWN;
    }
    StoredState pending = changed.get(key);
    StoredState before = pending != null ? pending : read(id, key);
    Optional<WriteOutcome> earlier = before.outcomeOf(put.op());
    if (earlier.isPresent()) {
      return new ClientMessage.Decided(earlier.get(), index);
    }
    if (before.index() >= index) {
      return new ClientMessage.Dropped();
    }
    WriteOutcome outcome = before.judge(put.write().condition());
    changed.put(key, before.after(index, put, outcome));
    return new ClientMessage.Decided(outcome, index);
  }

  boolean hasChanges() {
    return !changed.isEmpty();
  }

  /** Puts what was changed since the last time into a batch. */
  void drain(ArcStorage.Batch batch) {
    changed.forEach(
        (key, state) -> batch.putRecord(Id.ofKey(key), key, Bytes.of(codec.encode(state))));
    changed.clear();
  }
}
