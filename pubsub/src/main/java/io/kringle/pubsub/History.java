package io.kringle.pubsub;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
  private final TreeMap<Long, Kept> messages = new TreeMap<>();

  /** Bytes of all that was ever added. */
  private long end;

  /** Bytes of what is kept. */
  private long bytes;

  private long base;

  /** A message, and the bytes of all up to it. */
  private record Kept(Numbered message, long end) {
    private int size() {
      return message.payload().size();
    }
  }

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
    end += message.payload().size();
    bytes += message.payload().size();
    messages.put(message.sequence(), new Kept(message, end));
    while (messages.size() > maxMessages || bytes > maxBytes && messages.size() > 1) {
      Kept oldest = messages.pollFirstEntry().getValue();
      bytes -= oldest.size();
      base = oldest.message().sequence();
    }
  }

  /** The number after which nothing is missing. */
  long base() {
    return base;
  }

  /** A message, if it is kept. */
  Optional<Numbered> get(long sequence) {
    return Optional.ofNullable(messages.get(sequence)).map(Kept::message);
  }

  /** Bytes of a message that is kept, and of all after it. */
  long bytesFrom(long sequence) {
    Kept first = messages.get(sequence);
    return first == null ? 0 : end - first.end() + first.size();
  }

  /**
   * The messages after {@code sequence}, oldest first; at least one if there is any, and no more
   * than {@code limit} bytes beyond it.
   */
  List<Numbered> after(long sequence, int limit) {
    List<Numbered> found = new ArrayList<>();
    long size = 0;
    for (Kept kept : messages.tailMap(sequence, false).values()) {
      size += kept.size();
      if (size > limit && !found.isEmpty()) {
        break;
      }
      found.add(kept.message());
    }
    return found;
  }

  void checkInvariants() {
    if (messages.size() > maxMessages || bytes > maxBytes && messages.size() > 1) {
      throw new IllegalStateException(
          messages.size() + " messages of " + bytes + " bytes are above the bound");
    }
    if (bytes != messages.values().stream().mapToLong(Kept::size).sum()) {
      throw new IllegalStateException("the bytes of the history are miscounted: " + bytes);
    }
    if (!messages.isEmpty() && messages.firstKey() <= base) {
      throw new IllegalStateException(
          "the history holds " + messages.firstKey() + ", which it says it forgot");
    }
  }
}
