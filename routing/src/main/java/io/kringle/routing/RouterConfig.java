package io.kringle.routing;

import java.time.Duration;

/**
 * How a router behaves; what is not here is a constant at its place.
 *
 * @param maxBodyBytes the largest encoded application message, in bytes; a larger one fails as
 *     {@code TOO_LARGE}
 * @param maxInFlight requests that may wait for their answers; one more fails as {@code
 *     OVERLOADED}. Hops that wait for their acknowledgement have twice the room; one more is lost
 * @param ackDelay how long an acknowledgement waits for the reply that could carry it; at most a
 *     second
 * @param tableSilence how long an entry of the routing table may be silent at most before it is
 *     asked whether it lives; less where peers die often
 * @param replies how requests are remembered once they were handled here
 */
public record RouterConfig(
    int maxBodyBytes, int maxInFlight, Duration ackDelay, Duration tableSilence, Replies replies) {

  private static final Duration MAX_ACK_DELAY = Duration.ofSeconds(1);

  /** A megabyte, 100 000 in flight, 10 ms, 30 minutes, and {@link Replies#DEFAULT}. */
  public static final RouterConfig DEFAULT =
      new RouterConfig(
          1_000_000, 100_000, Duration.ofMillis(10), Duration.ofMinutes(30), Replies.DEFAULT);

  /** Checks the ranges. */
  public RouterConfig {
    if (maxBodyBytes < 1 || maxInFlight < 1) {
      throw new IllegalArgumentException(
          "sizes are positive: " + maxBodyBytes + ", " + maxInFlight);
    }
    if (ackDelay.isNegative() || ackDelay.compareTo(MAX_ACK_DELAY) > 0) {
      throw new IllegalArgumentException("ackDelay is 0 to 1 s, not " + ackDelay);
    }
    if (tableSilence.isNegative() || tableSilence.isZero()) {
      throw new IllegalArgumentException("tableSilence is positive, not " + tableSilence);
    }
  }

  /**
   * How long, and how many of, the requests that were handled here are remembered, so that they are
   * not handled twice.
   *
   * @param ids names that are remembered; the oldest goes first
   * @param count answers that are kept to be given again; the oldest goes first, its id stays
   * @param bytes of all kept answers together
   * @param maxReplyBytes a larger answer is not kept, only the id
   * @param keep after which an id is forgotten together with its answer
   */
  public record Replies(int ids, int count, long bytes, int maxReplyBytes, Duration keep) {

    /** 65 536 ids, and as many answers in 16 MiB, each of at most 64 KiB, for a minute. */
    public static final Replies DEFAULT =
        new Replies(65_536, 65_536, 16L << 20, 64 << 10, Duration.ofMinutes(1));

    /** Checks the ranges. */
    public Replies {
      if (ids < 1 || count < 0 || bytes < 0 || maxReplyBytes < 0 || keep.isNegative()) {
        throw new IllegalArgumentException(
            "limits of the reply memory are not negative: "
                + String.join(
                    ", ",
                    String.valueOf(ids),
                    String.valueOf(count),
                    String.valueOf(bytes),
                    String.valueOf(maxReplyBytes),
                    keep.toString()));
      }
    }
  }
}
