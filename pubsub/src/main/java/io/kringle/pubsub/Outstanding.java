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
  private @Nullable Deque<Handed> messages;
  private int bytes;

  private boolean isEmpty() {
    return messages == null;
  }

  /** Whether a message of that size may be added. */
  boolean hasRoom(SubscribeOptions options, int more) {
    return messages == null
        || messages.size() < options.bufferMessages()
            && (long) bytes + more <= options.bufferBytes();
  }

  void add(Handed handed) {
    Deque<Handed> all = messages == null ? new ArrayDeque<>(2) : messages;
    all.add(handed);
    messages = all;
    bytes += handed.bytes();
  }

  /** Lets go of what the subscriber is done with. */
  void settle() {
    Deque<Handed> all = messages;
    while (all != null && !all.isEmpty() && all.getFirst().isDone()) {
      bytes -= all.removeFirst().bytes();
    }
    messages = all == null || all.isEmpty() ? null : all;
  }

  /** The first message that it is not done with; if there is none, {@code next}. */
  long first(long next) {
    return messages == null ? next : messages.getFirst().sequence();
  }

  void clear() {
    messages = null;
    bytes = 0;
  }

  void checkInvariants(SubscribeOptions options) {
    Deque<Handed> all = messages;
    boolean isBeyond =
        all != null
            && (all.size() > options.bufferMessages()
                || bytes > options.bufferBytes() && all.size() > 1);
    if (isBeyond || isEmpty() && bytes != 0 || all != null && all.isEmpty()) {
      throw new IllegalStateException(bytes + " bytes outstanding of " + all);
    }
  }
}
