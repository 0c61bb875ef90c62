package io.kringle.replication;

import io.kringle.ring.Bytes;
import io.kringle.ring.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A record as it is stored.
 *
 * @param index of the log entry that changed it last; entries up to that one have had their effect
 * @param version 0 if it was only ever asked for in vain
 * @param value empty: a tombstone
 * @param done the latest operations with what became of them, oldest first
 * @param forgotten index of the last operation that is no longer remembered
 */
record StoredState(long index, long version, Optional<Bytes> value, List<Done> done, long forgotten)
    implements Message {
  /**
   * How many operations a record remembers. What may be older than that is turned away, see {@link
   * #mayForget}.
   */
  static final int REMEMBERED = 16;

  static final StoredState NEVER = new StoredState(0, 0, Optional.empty(), List.of(), 0);

  StoredState {
    done = List.copyOf(done);
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

  /** What a write would come to now. */
  WriteOutcome judge(Write.Condition condition) {
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
        ? new WriteOutcome.Written(version + 1, value.isEmpty())
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
    return outcome instanceof WriteOutcome.Written written
        ? new StoredState(entryIndex, written.version(), put.write().value(), remembered, lost)
        : new StoredState(entryIndex, version, value, remembered, lost);
  }

  Versioned versioned() {
    return new Versioned(version, value);
  }
}
