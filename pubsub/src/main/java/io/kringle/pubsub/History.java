package io.kringle.pubsub;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * The latest messages of a topic, kept for those who missed them. Bounded by number and by bytes,
 * except that the latest one is always kept; the oldest go first.
 *
 * <p>Invariant: every message after {@link #base} that this node took is in it.
 */
final class History {
  private final int maxMessages;
  private final int maxBytes;
  private final TreeMap<Long, Numbered> messages = new TreeMap<>();
  private long bytes;
  private long base;

  History(int maxMessages, int maxBytes) {
    this.maxMessages = maxMessages;
    this.maxBytes = maxBytes;
  }

  /** Forgets everything, and knows only what comes after {@code sequence}. */
  void startAfter(long sequence) {
    messages.clear();
    bytes = 0;
    base = sequence;
  }

  void add(Numbered message) {
    messages.put(message.sequence(), message);
    bytes += message.payload().size();
    while (messages.size() > maxMessages || bytes > maxBytes && messages.size() > 1) {
      Numbered oldest = messages.pollFirstEntry().getValue();
      bytes -= oldest.payload().size();
      base = oldest.sequence();
    }
  }

  /** The number after which nothing is missing. */
  long base() {
    return base;
  }

  /**
   * The messages after {@code sequence}, oldest first; at least one if there is any, and no more
   * than {@code limit} bytes beyond it.
   */
  List<Numbered> after(long sequence, int limit) {
    List<Numbered> found = new ArrayList<>();
    long size = 0;
    for (Numbered message : messages.tailMap(sequence, false).values()) {
      size += message.payload().size();
      if (size > limit && !found.isEmpty()) {
        break;
      }
      found.add(message);
    }
    return found;
  }

  void checkInvariants() {
    if (messages.size() > maxMessages || bytes > maxBytes && messages.size() > 1) {
      throw new IllegalStateException(
          messages.size() + " messages of " + bytes + " bytes are above the bound");
    }
    if (bytes != messages.values().stream().mapToLong(message -> message.payload().size()).sum()) {
      throw new IllegalStateException("the bytes of the history are miscounted: " + bytes);
    }
    if (!messages.isEmpty() && messages.firstKey() <= base) {
      throw new IllegalStateException(
          "the history holds " + messages.firstKey() + ", which it says it forgot");
    }
  }
}
