package io.kringle.pubsub;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * What one subscriber was handed and is not done with, in order; what it is done with leaves when
 * all before it has. Most subscribers are done with a message when they have received it, and of
 * most of the others there is nothing outstanding: these need no more than this object.
 *
 * <p>Invariant: within the bounds of {@link SubscribeOptions}, or one message.
 */
final class Outstanding {
  private @Nullable Handed first;
  private @Nullable Deque<Handed> others;
  private int bytes;

  private int size() {
    return (first == null ? 0 : 1) + (others == null ? 0 : others.size());
  }

  /** Whether a message of that size may be added. */
  boolean hasRoom(SubscribeOptions options, int more) {
    return first == null
        || size() < options.bufferMessages() && (long) bytes + more <= options.bufferBytes();
  }

  void add(Handed handed) {
    bytes += handed.bytes();
    if (first == null) {
      first = handed;
    } else {
      Deque<Handed> all = others == null ? new ArrayDeque<>(2) : others;
      all.add(handed);
      others = all;
    }
  }

  /** Lets go of what the subscriber is done with. */
  void settle() {
    Handed oldest = first;
    while (oldest != null && oldest.isDone()) {
      bytes -= oldest.bytes();
      oldest = others == null ? null : others.poll();
    }
    first = oldest;
    others = others == null || others.isEmpty() ? null : others;
  }

  /** The first message that it is not done with; if there is none, {@code next}. */
  long first(long next) {
    return first == null ? next : first.sequence();
  }

  void clear() {
    first = null;
    others = null;
    bytes = 0;
  }

  void checkInvariants(SubscribeOptions options) {
    boolean isBeyond =
        size() > options.bufferMessages() || bytes > options.bufferBytes() && size() > 1;
    if (isBeyond || first == null && (bytes != 0 || others != null)) {
      throw new IllegalStateException(bytes + " bytes of " + size() + " messages outstanding");
    }
  }
}
