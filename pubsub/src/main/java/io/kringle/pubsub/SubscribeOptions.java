package io.kringle.pubsub;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * How somebody wants to hear of a topic.
 *
 * <p>A subscriber is handed messages as long as it is not done with at most {@code bufferMessages}
 * of at most {@code bufferBytes} together, or with one that is larger. For a subscriber that takes
 * its time the same bounds hold, once more, for what waits: {@link WhenSlow} says what happens
 * beyond.
 *
 * @param from where to begin
 * @param whenSlow what becomes of a subscriber that does not keep up
 * @param bufferMessages 1 to 100 000
 * @param bufferBytes of payload; at least 1
 * @param durable the name, of 1 to 1 024 bytes, of a durable subscription, which keeps its place in
 *     the topic across restarts: whoever subscribes by this name next, on whatever node, begins
 *     after what the one before was done with, as it was written last, and ends that one's
 *     subscription. {@code from} says only where it begins the first time. The place is written
 *     after 256 messages or a second, and when the subscription is cancelled. So after a crash the
 *     messages since come again, with their numbers and in order; none is lost but what the topic
 *     does not keep any more, which is told
 */
public record SubscribeOptions(
    Start from, WhenSlow whenSlow, int bufferMessages, int bufferBytes, Optional<String> durable) {
  private static final int MOST_MESSAGES = 100_000;
  private static final int MOST_NAME_BYTES = 1_024;

  /** From now on, not durable; held back when slow; 64 messages or 256 KiB. */
  public static final SubscribeOptions DEFAULT =
      new SubscribeOptions(new Start.Now(), WhenSlow.BLOCK, 64, 256 << 10, Optional.empty());

  /** Checks the ranges. */
  public SubscribeOptions {
    check(bufferMessages >= 1 && bufferMessages <= MOST_MESSAGES, "bufferMessages", bufferMessages);
    check(bufferBytes >= 1, "bufferBytes", bufferBytes);
    int name = durable.map(text -> text.getBytes(StandardCharsets.UTF_8).length).orElse(1);
    check(name >= 1 && name <= MOST_NAME_BYTES, "the bytes of a durable name", name);
  }

  private static void check(boolean isInRange, String what, long value) {
    if (!isInRange) {
      throw new IllegalArgumentException(what + " cannot be " + value);
    }
  }

  /** Where a subscriber begins. */
  public sealed interface Start {
    /** With the first message that is published after the confirmation, or a little earlier. */
    record Now() implements Start {}

    /**
     * With the message after the one of this number. If some of what is wanted is not kept any
     * more, the subscriber is told. Beyond the last message there is none: then it is {@link Now}.
     *
     * @param sequence 0: whatever was ever published
     */
    record After(long sequence) implements Start {
      /** Checks the range. */
      public After {
        check(sequence >= 0 && sequence < Long.MAX_VALUE, "a message's number", sequence);
      }
    }

    /**
     * As {@link After}, and that also where a durable subscription has another place: of one who
     * knows better what it has got.
     *
     * @param sequence 0: whatever was ever published
     */
    record Resume(long sequence) implements Start {
      /** Checks the range. */
      public Resume {
        check(sequence >= 0 && sequence < Long.MAX_VALUE, "a message's number", sequence);
      }
    }

    /** With the oldest message that is kept. */
    record Oldest() implements Start {}
  }

  /**
   * What becomes of a subscriber that does not keep up with what is published. Nobody else is
   * slowed, and nothing is stored for it, whatever it is.
   */
  public enum WhenSlow {
    /**
     * It keeps its place, and reads on from the topic's ledger when it is ready. What the ledger
     * does not keep any more by then it misses, and is told.
     */
    BLOCK,
    /**
     * Of what waits, the oldest messages go, and it is told how many. No more waits than the node
     * remembers of the topic ({@link TopicsConfig#historyMessages}, {@link
     * TopicsConfig#historyBytes}). As long as it has not caught up with the topic for the first
     * time, it is held back instead.
     */
    DROP_OLDEST,
    /** Where {@link #DROP_OLDEST} would drop something, the subscription ends. */
    DISCONNECT
  }

  /** Beginning elsewhere. */
  public SubscribeOptions from(Start start) {
    return new SubscribeOptions(start, whenSlow, bufferMessages, bufferBytes, durable);
  }

  /** With another way to treat who is slow. */
  public SubscribeOptions whenSlow(WhenSlow policy) {
    return new SubscribeOptions(from, policy, bufferMessages, bufferBytes, durable);
  }

  /** With other bounds. */
  public SubscribeOptions buffer(int messages, int bytes) {
    return new SubscribeOptions(from, whenSlow, messages, bytes, durable);
  }

  /** As a durable subscription. */
  public SubscribeOptions durable(String name) {
    return new SubscribeOptions(from, whenSlow, bufferMessages, bufferBytes, Optional.of(name));
  }
}
