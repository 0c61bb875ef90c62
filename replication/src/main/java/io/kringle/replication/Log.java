package io.kringle.replication;

import io.kringle.ring.Bytes;
import io.kringle.ring.Codec;
import java.util.ArrayList;
import java.util.List;

/**
 * One arc's log: its tail in memory, all of it in storage.
 *
 * <p>Invariants: base ≤ durable ≤ stored ≤ last; every entry that is not durable is in memory;
 * memory holds the entries {@code cachedFrom} to {@code last} without a gap.
 */
final class Log {
  /**
   * How many bytes stay in memory once they are in storage; up to twice as many before older ones
   * are let go.
   */
  private static final int CACHE_BYTES = 256 * 1024;

  private final long arc;
  private final ArcStorage storage;
  private final Codec codec;
  private final List<Slot> slots = new ArrayList<>();
  private long cachedFrom;
  private long cachedBytes;
  private long base;
  private long baseEpoch;

  /** Lowest and highest index that storage may hold, committed batches counted. */
  private long storedFirst;

  private long storedLast;

  /** Up to here the entries in storage are the ones in memory. */
  private long saved;

  private long durable;
  private long truncations;

  private record Slot(Entry entry, Bytes bytes) {}

  /** What a batch wrote, to be remembered until it is durable. */
  record Mark(long last, long truncations) {}

  Log(long arc, ArcStorage storage, Codec codec, long base, long baseEpoch) {
    this.arc = arc;
    this.storage = storage;
    this.codec = codec;
    reset(base, baseEpoch);
    storedFirst = base + 1;
    storedLast = base;
  }

  /** Reads back what storage has; everything there is durable. */
  void recover() {
    while (true) {
      List<ArcStorage.LogEntry> read = storage.log(arc, last() + 1, Long.MAX_VALUE, CACHE_BYTES);
      for (ArcStorage.LogEntry each : read) {
        if (each.index() != last() + 1) {
          throw new IllegalStateException(
              "the log of arc " + arc + " has a gap before " + each.index());
        }
        add((Entry) codec.decode(each.entry().array()), each.entry());
      }
      if (read.isEmpty()) {
        return;
      }
      saved = last();
      storedLast = last();
      durable = last();
    }
  }

  long base() {
    return base;
  }

  long baseEpoch() {
    return baseEpoch;
  }

  long last() {
    return cachedFrom + slots.size() - 1;
  }

  long lastEpoch() {
    return epochAt(last());
  }

  long durable() {
    return durable;
  }

  /** The epoch of an entry from {@code base} to {@code last}. */
  long epochAt(long index) {
    return index == base ? baseEpoch : entry(index).epoch();
  }

  Entry entry(long index) {
    if (index >= cachedFrom) {
      return slots.get((int) (index - cachedFrom)).entry();
    }
    return (Entry) codec.decode(stored(index).array());
  }

  private Bytes stored(long index) {
    List<ArcStorage.LogEntry> read = storage.log(arc, index, index, 1);
    if (index <= base || read.isEmpty()) {
      throw new IllegalStateException("arc " + arc + " has no entry " + index);
    }
    return read.get(0).entry();
  }

  /** Adds an entry of this node's own making. */
  void append(Entry entry) {
    add(entry, Bytes.of(codec.encode(entry)));
  }

  /** Adds an entry that came encoded. */
  void add(Entry entry, Bytes bytes) {
    slots.add(new Slot(entry, bytes));
    cachedBytes += bytes.size();
    if (cachedBytes > 2 * CACHE_BYTES) {
      shrink();
    }
  }

  private void shrink() {
    int drop = 0;
    while (cachedBytes > CACHE_BYTES && cachedFrom + drop <= durable) {
      cachedBytes -= slots.get(drop++).bytes().size();
    }
    slots.subList(0, drop).clear();
    cachedFrom += drop;
  }

  /**
   * Takes back the entries from {@code index} on, which a newer daddy does not have (Raft, section
   * 5.3).
   */
  void truncateFrom(long index) {
    if (index < cachedFrom) {
      slots.clear();
      cachedFrom = index;
      cachedBytes = 0;
    } else {
      List<Slot> dropped = slots.subList((int) (index - cachedFrom), slots.size());
      dropped.forEach(slot -> cachedBytes -= slot.bytes().size());
      dropped.clear();
    }
    saved = Math.min(saved, index - 1);
    durable = Math.min(durable, index - 1);
    truncations++;
  }

  /** Lets go of the entries up to {@code index}, which are applied. */
  void compactTo(long index) {
    baseEpoch = epochAt(index);
    base = index;
    if (cachedFrom <= index) {
      List<Slot> dropped = slots.subList(0, (int) (index + 1 - cachedFrom));
      dropped.forEach(slot -> cachedBytes -= slot.bytes().size());
      dropped.clear();
      cachedFrom = index + 1;
    }
  }

  /** Begins anew after {@code index}: a snapshot takes the place of everything before. */
  void reset(long index, long epoch) {
    slots.clear();
    cachedBytes = 0;
    cachedFrom = index + 1;
    base = index;
    baseEpoch = epoch;
    saved = index;
    durable = index;
    truncations++;
  }

  /**
   * Encoded entries from {@code first} on, at most {@code maxBytes} of them except for the first.
   */
  List<Bytes> slice(long first, int maxBytes) {
    List<Bytes> slice = new ArrayList<>();
    if (first < cachedFrom) {
      storage.log(arc, first, cachedFrom - 1, maxBytes).forEach(each -> slice.add(each.entry()));
      return slice;
    }
    int bytes = 0;
    for (int i = (int) (first - cachedFrom); i < slots.size(); i++) {
      Bytes next = slots.get(i).bytes();
      if (!slice.isEmpty() && bytes + next.size() > maxBytes) {
        break;
      }
      slice.add(next);
      bytes += next.size();
    }
    return slice;
  }

  boolean isSaved() {
    return saved == last() && storedLast == last() && storedFirst > base;
  }

  /** Writes what is new, and removes what is no longer there. */
  void save(ArcStorage.Batch batch) {
    remove(batch, storedFirst, Math.min(base, storedLast));
    storedFirst = base + 1;
    remove(batch, Math.max(saved + 1, storedFirst), storedLast);
    for (long index = saved + 1; index <= last(); index++) {
      batch.putLog(arc, index, slots.get((int) (index - cachedFrom)).bytes());
    }
    saved = last();
    storedLast = last();
  }

  /** Removes everything. */
  void erase(ArcStorage.Batch batch) {
    remove(batch, storedFirst, storedLast);
  }

  private void remove(ArcStorage.Batch batch, long first, long last) {
    if (first <= last) {
      batch.removeLog(arc, first, last);
    }
  }

  Mark mark() {
    return new Mark(saved, truncations);
  }

  /** What was written up to {@code mark} is durable; batches become so in order. */
  void durable(Mark mark) {
    if (mark.truncations() == truncations) {
      durable = Math.max(durable, mark.last());
    }
  }

  void checkInvariants(long applied, long commit) {
    boolean ordered =
        base <= applied
            && applied <= commit
            && commit <= last()
            && base <= durable
            && durable <= saved
            && saved <= last()
            && cachedFrom > base
            && cachedFrom <= durable + 1;
    if (!ordered) {
      throw new IllegalStateException(
          String.format(
              "arc %x: base %d, cached from %d, durable %d, saved %d, last %d, applied %d, commit"
                  + " %d",
              arc, base, cachedFrom, durable, saved, last(), applied, commit));
    }
  }
}
