package io.kringle.replication;

import io.kringle.ring.Codec;
import io.kringle.ring.Id;
import java.util.ArrayList;
import java.util.List;
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
  private final Draft draft;
  private final LedgerMachine ledgers;
  private Floor floor;

  Machine(ArcStorage storage, Codec codec, Floor floor) {
    this.draft = new Draft(storage, codec);
    this.ledgers = new LedgerMachine(draft);
    this.floor = floor;
  }

  /** The part that applies entries to ledgers. */
  LedgerMachine ledgers() {
    return ledgers;
  }

  /** What is left of collected tombstones, as of the entries applied. */
  Floor floor() {
    return floor;
  }

  /** A snapshot begins with this one. */
  void reset(Floor ofSnapshot) {
    floor = ofSnapshot;
    draft.clear();
  }

  /** What is stored under a key, as far as it is applied; empty if it is damaged. */
  Optional<StoredState> read(Id id, String key) {
    return draft.stored(StoredState.class, id, key).or(StoredState.absent(floor));
  }

  private Optional<StoredState> current(Id id, String key) {
    return draft.find(StoredState.class, id, key).or(StoredState.absent(floor));
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
    return current(id, key).map(state -> apply(index, id, put, state));
  }

  private ClientMessage.Reply apply(long index, Id id, Entry.Put put, StoredState state) {
    Optional<WriteOutcome> earlier = state.outcomeOf(put.op());
    if (earlier.isPresent()) {
      return new ClientMessage.Decided(earlier.get(), index);
    }
    if (state.index() >= index) {
      return new ClientMessage.Dropped();
    }
    StoredState before = state.asOf(put.time(), index);
    WriteOutcome outcome = before.judge(put.write().condition(), floor);
    draft.put(id, put.write().key(), before.after(index, put, outcome));
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
        .ifPresent(before -> draft.put(id, expire.key(), before.asOf(expire.time(), index)));
    return state.isPresent();
  }

  /** Applies a collection. */
  void apply(long index, Entry.Collect collect, Configuration configuration) {
    for (Entry.Gone tombstone : collect.tombstones()) {
      floor = floor.raisedBy(tombstone);
      Id id = Id.ofKey(tombstone.key());
      boolean isAhead = current(id, tombstone.key()).filter(s -> s.index() > index).isPresent();
      if (configuration.arc().contains(id) && !isAhead) {
        draft.remove(id, tombstone.key());
      }
    }
  }

  boolean hasChanges() {
    return !draft.isEmpty();
  }

  /**
   * Puts what was changed since the last time into a batch.
   *
   * @return what that is
   */
  List<Touched> drain(ArcStorage.Batch batch) {
    List<Touched> touched = new ArrayList<>();
    draft.drain(
        batch,
        (at, stored) -> {
          if (stored instanceof StoredState state) {
            touched.add(new Touched(at.key(), state));
          }
        });
    return touched;
  }

  /** A key with its record after entries were applied to it. */
  record Touched(String key, StoredState state) {}
}
