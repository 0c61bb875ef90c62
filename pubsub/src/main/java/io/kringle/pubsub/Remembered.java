package io.kringle.pubsub;

import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * Message ids met lately, each with what became of it, by which repetitions are recognised.
 *
 * <p>Bounded, but nothing goes before its time: when all that is remembered may still be repeated,
 * no more is taken in ({@link #hasRoom}). So whoever asks first for room, and turns away what finds
 * none, takes nothing for new that is not.
 *
 * @param <V> what is remembered of a message
 */
final class Remembered<V> {
  private final int capacity;
  private final Consumer<V> forgotten;
  private final Map<MessageId, Entry<V>> entries = new HashMap<>();

  /** The entries, the first to be forgotten first. */
  private final TreeSet<Entry<V>> byEnd = new TreeSet<>(Entry.ORDER);

  private final long origin;
  private long serial;

  /**
   * Nothing remembered.
   *
   * @param now on the clock that all times are on
   * @param forgotten told of what goes
   */
  Remembered(int capacity, long now, Consumer<V> forgotten) {
    this.capacity = capacity;
    this.forgotten = forgotten;
    this.origin = now;
  }

  /** Whether one more can be remembered. */
  boolean hasRoom(long now) {
    forgetOld(now);
    return entries.size() < capacity;
  }

  /**
   * Remembers {@code id}, which is not remembered yet, for {@code keep}; there must be room for it.
   */
  void add(MessageId id, V value, Duration keep, long now) {
    Entry<V> entry = new Entry<>(id, value, now - origin + keep.toNanos(), serial++);
    if (!hasRoom(now) || entries.putIfAbsent(id, entry) != null) {
      throw new IllegalStateException("no room for " + id + ", or it is remembered already");
    }
    byEnd.add(entry);
  }

  /** What is remembered of {@code id}. */
  Optional<V> find(MessageId id, long now) {
    forgetOld(now);
    return Optional.ofNullable(entries.get(id)).map(Entry::value);
  }

  private void forgetOld(long now) {
    while (!byEnd.isEmpty() && byEnd.first().end() < now - origin) {
      Entry<V> gone = byEnd.pollFirst();
      entries.remove(gone.id());
      forgotten.accept(gone.value());
    }
  }

  void checkInvariants() {
    if (entries.size() > capacity || byEnd.size() != entries.size()) {
      throw new IllegalStateException(
          entries.size() + " ids are remembered, " + byEnd.size() + " will be forgotten");
    }
  }

  private record Entry<V>(MessageId id, V value, long end, long serial) {
    private static final Comparator<Entry<?>> ORDER =
        Comparator.<Entry<?>>comparingLong(Entry::end).thenComparingLong(Entry::serial);
  }
}
