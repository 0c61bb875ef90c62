package io.kringle.pubsub;

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
 */
public record SubscribeOptions(Start from, WhenSlow whenSlow, int bufferMessages, int bufferBytes) {
  private static final int MOST_MESSAGES = 100_000;

  /** From now on; held back when slow; 64 messages or 256 KiB. */
  public static final SubscribeOptions DEFAULT =
      new SubscribeOptions(new Start.Now(), WhenSlow.BLOCK, 64, 256 << 10);

  /** Checks the ranges. */
  public SubscribeOptions {
    if (bufferMessages < 1 || bufferMessages > MOST_MESSAGES || bufferBytes < 1) {
      throw new IllegalArgumentException(
          "a buffer has 1 to "
              + MOST_MESSAGES
              + " messages of a byte or more, not "
              + bufferMessages
              + " of "
              + bufferBytes);
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
        if (sequence < 0 || sequence == Long.MAX_VALUE) {
          throw new IllegalArgumentException("no message has the number " + sequence);
        }
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
    return new SubscribeOptions(start, whenSlow, bufferMessages, bufferBytes);
  }

  /** With another way to treat who is slow. */
  public SubscribeOptions whenSlow(WhenSlow policy) {
    return new SubscribeOptions(from, policy, bufferMessages, bufferBytes);
  }

  /** With other bounds. */
  public SubscribeOptions buffer(int messages, int bytes) {
    return new SubscribeOptions(from, whenSlow, messages, bytes);
  }
}
