package io.kringle.replication;

import io.kringle.ring.Bytes;
import io.kringle.ring.Codec;
import io.kringle.ring.Id;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Applies log entries to records, the same way at every replica.
 *
 * <p>Records may be ahead of the log that is applied over them, after a restart or a snapshot: each
 * carries the index that touched it last, and entries up to that one are passed over. One that was
 * collected meanwhile is made again, maybe other than it was, and goes once more when its
 * collection is applied.
 */
final class Machine {
  private final ArcStorage storage;
  private final Codec codec;

  /** What is to be stored under a key; empty: nothing. */
  private Map<String, Optional<StoredState>> changed = new LinkedHashMap<>();

  private Floor floor;

  Machine(ArcStorage storage, Codec codec, Floor floor) {
    this.storage = storage;
    this.codec = codec;
    this.floor = floor;
  }

  /** What is left of collected tombstones, as of the entries applied. */
  Floor floor() {
    return floor;
  }

  /** A snapshot begins with this one. */
  void reset(Floor ofSnapshot) {
    floor = ofSnapshot;
    changed.clear();
  }

  /** What is stored under a key, as far as it is applied; empty if it is damaged. */
  Optional<StoredState> read(Id id, String key) {
    Optional<Bytes> stored = storage.record(id, key);
    return stored.isPresent()
        ? Seal.open(codec, stored.get())
        : Optional.of(StoredState.absent(floor));
  }

  private Optional<StoredState> current(Id id, String key) {
    Optional<StoredState> pending = changed.get(key);
    if (pending == null) {
      return read(id, key);
    }
    return pending.or(() -> Optional.of(StoredState.absent(floor)));
  }

  /**
   * Applies one write, to be stored by the next {@link #drain}.
   *
   * @return what became of it, or of its first try; empty if the record is damaged, and nothing was
   *     done
   */
  Optional<ClientMessage.Reply> apply(long index, Entry.Put put, Configuration configuration) {
    String key = put.write().key();
    Id id = Id.ofKey(key);
    if (!configuration.arc().contains(id)) {
      return Optional.of(ClientMessage.NotDaddy.UNKNOWN);
    }
    return current(id, key).map(state -> apply(index, put, state));
  }

  private ClientMessage.Reply apply(long index, Entry.Put put, StoredState state) {
    Optional<WriteOutcome> earlier = state.outcomeOf(put.op());
    if (earlier.isPresent()) {
      return new ClientMessage.Decided(earlier.get(), index);
    }
    if (state.index() >= index) {
      return new ClientMessage.Dropped();
    }
    StoredState before = state.asOf(put.time(), index);
    WriteOutcome outcome = before.judge(put.write().condition(), floor);
    changed.put(put.write().key(), Optional.of(before.after(index, put, outcome)));
    return new ClientMessage.Decided(outcome, index);
  }

  /** Applies an expiry; whether the record is sound. */
  boolean apply(long index, Entry.Expire expire, Configuration configuration) {
    Id id = Id.ofKey(expire.key());
    if (!configuration.arc().contains(id)) {
      return true;
    }
    Optional<StoredState> state = current(id, expire.key());
    state
        .filter(before -> before.index() < index && before.isExpired(expire.time()))
        .ifPresent(
            before -> changed.put(expire.key(), Optional.of(before.asOf(expire.time(), index))));
    return state.isPresent();
  }

  /** Applies a collection. */
  void apply(long index, Entry.Collect collect, Configuration configuration) {
    for (Entry.Gone tombstone : collect.tombstones()) {
      floor = floor.raisedBy(tombstone);
      Id id = Id.ofKey(tombstone.key());
      boolean isAhead = current(id, tombstone.key()).filter(s -> s.index() > index).isPresent();
      if (configuration.arc().contains(id) && !isAhead) {
        changed.put(tombstone.key(), Optional.empty());
      }
    }
  }

  boolean hasChanges() {
    return !changed.isEmpty();
  }

  /**
   * Puts what was changed since the last time into a batch.
   *
   * @return what that is
   */
  List<Touched> drain(ArcStorage.Batch batch) {
    List<Touched> touched = new ArrayList<>(changed.size());
    changed.forEach(
        (key, state) -> {
          Id id = Id.ofKey(key);
          if (state.isPresent()) {
            batch.putRecord(id, key, Seal.close(codec, state.get()));
            touched.add(new Touched(key, state.get()));
          } else {
            batch.removeRecord(id, key);
          }
        });
    changed = new LinkedHashMap<>();
    return touched;
  }

  /** A key with its record after entries were applied to it. */
  record Touched(String key, StoredState state) {}
}
