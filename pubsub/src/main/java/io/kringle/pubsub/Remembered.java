package io.kringle.pubsub;

import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Message ids met lately, each with a number. Bounded; the oldest go first, and any go after a
 * while.
 */
final class Remembered {
  private final int capacity;
  private final int few;
  private final long keepNanos;
  private final Map<MessageId, Entry> entries = new LinkedHashMap<>();

  /**
   * Nothing remembered.
   *
   * @param keep for how long, if there are more than {@code few}
   */
  Remembered(int capacity, int few, Duration keep) {
    this.capacity = capacity;
    this.few = few;
    this.keepNanos = keep.toNanos();
  }

  /** Remembers {@code id}; whether it was not remembered before. */
  boolean add(MessageId id, long number, long now) {
    forgetOld(now);
    boolean fresh = entries.remove(id) == null;
    entries.put(id, new Entry(number, now));
    if (entries.size() > capacity) {
      removeOldest();
    }
    return fresh;
  }

  OptionalLong find(MessageId id, long now) {
    forgetOld(now);
    Entry entry = entries.get(id);
    return entry == null ? OptionalLong.empty() : OptionalLong.of(entry.number());
  }

  private void forgetOld(long now) {
    while (entries.size() > few && now - entries.values().iterator().next().at() > keepNanos) {
      removeOldest();
    }
  }

  private void removeOldest() {
    Iterator<MessageId> oldest = entries.keySet().iterator();
    oldest.next();
    oldest.remove();
  }

  private record Entry(long number, long at) {}
}
