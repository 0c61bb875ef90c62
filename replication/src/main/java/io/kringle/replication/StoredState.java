package io.kringle.replication;

import io.kringle.ring.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A record as it is stored.
 *
 * @param index of the log entry that touched it last; entries up to that one have had their effect
 * @param changed index of the last entry that gave it this version
 * @param version 0 if it was only ever asked for in vain
 * @param value empty: a tombstone
 * @param time of the arc's clock when it was touched last
 * @param expires when its value is to be gone by the arc's clock; 0: never
 * @param done the latest operations with what became of them, oldest first
 * @param forgotten index of the last operation that is no longer remembered
 */
record StoredState(
    long index,
    long changed,
    long version,
    Optional<Bytes> value,
    long time,
    long expires,
    List<Done> done,
    long forgotten)
    implements Stored {
  /**
   * How many operations a record remembers. What may be older than that is turned away, see {@link
   * #mayForget}.
   */
  static final int REMEMBERED = 16;

  StoredState {
    done = List.copyOf(done);
  }

  /** Of a key that was never touched, or whose tombstone is below the floor. */
  static StoredState absent(Floor floor) {
    return new StoredState(0, 0, 0, Optional.empty(), 0, 0, List.of(), floor.index());
  }

  /** One operation, the entry that carried it, and its outcome. */
  record Done(OpId op, long index, WriteOutcome outcome) {}

  /**
   * Whether an operation that began when the log was at {@code born} may have been carried out and
   * forgotten since.
   */
  boolean mayForget(long born) {
    return forgotten > born;
  }

  /** What became of an operation that was here before. */
  Optional<WriteOutcome> outcomeOf(OpId op) {
    for (Done each : done) {
      if (each.op().equals(op)) {
        return Optional.of(each.outcome());
      }
    }
    return Optional.empty();
  }

  boolean isExpired(long now) {
    return expires != 0 && expires <= now;
  }

  /** The record as it is at this time: once its own is over it is deleted, by a version. */
  StoredState asOf(long now, long entryIndex) {
    return isExpired(now)
        ? new StoredState(
            entryIndex, entryIndex, version + 1, Optional.empty(), now, 0, done, forgotten)
        : this;
  }

  /** What a write would come to now. */
  WriteOutcome judge(Write.Condition condition, Floor floor) {
    boolean met;
    if (condition instanceof Write.Condition.AtVersion at) {
      met = at.version() == version;
    } else if (condition instanceof Write.Condition.Absent) {
      met = value.isEmpty();
    } else if (condition instanceof Write.Condition.Present) {
      met = value.isPresent();
    } else {
      met = true;
    }
    return met
        ? new WriteOutcome.Written(1 + (version == 0 ? floor.version() : version), value.isEmpty())
        : new WriteOutcome.Conflict(version, value.isPresent());
  }

  /**
   * The record after an operation with this outcome. A conflict is remembered too, or a second try
   * might succeed after the first was answered.
   */
  StoredState after(long entryIndex, Entry.Put put, WriteOutcome outcome) {
    List<Done> remembered = new ArrayList<>(REMEMBERED);
    int dropped = Math.max(0, done.size() + 1 - REMEMBERED);
    long lost = dropped == 0 ? forgotten : done.get(dropped - 1).index();
    remembered.addAll(done.subList(dropped, done.size()));
    remembered.add(new Done(put.op(), entryIndex, outcome));
    if (!(outcome instanceof WriteOutcome.Written written)) {
      return new StoredState(
          entryIndex, changed, version, value, put.time(), expires, remembered, lost);
    }
    long end = put.write().timeToLive().map(life -> put.time() + life.toMillis()).orElse(0L);
    return new StoredState(
        entryIndex,
        entryIndex,
        written.version(),
        put.write().value(),
        put.time(),
        end,
        remembered,
        lost);
  }

  Versioned versioned() {
    return new Versioned(version, value);
  }
}
