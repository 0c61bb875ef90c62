package io.kringle.pubsub;

import java.time.Duration;

/**
 * How an anycast or a manycast looks for takers.
 *
 * @param order who is asked first
 * @param timeout until it ends, whoever may still be asked or decide; positive, at most {@link
 *     #MAX_TIMEOUT}
 * @param idempotent whether it does no harm if several subscribers handle it; only then is it
 *     offered on when one that it was offered to dies or falls silent
 */
public record AnycastOptions(Order order, Duration timeout, boolean idempotent) {
  /** The most that {@link #timeout} may be: as long as acceptors have to remember. */
  public static final Duration MAX_TIMEOUT = Duration.ofHours(1);

  /** Near and idle ones first, five seconds, not idempotent. */
  public static final AnycastOptions DEFAULT =
      new AnycastOptions(Order.NEAR_AND_IDLE, Duration.ofSeconds(5), false);

  /** In which order subscribers are asked. */
  public enum Order {
    /**
     * Subscribers of this node, then of nodes that are near by round-trip time; those with nothing
     * in hand before those that are busy. A few nodes are compared before the first offer, not all
     * of the topic.
     */
    NEAR_AND_IDLE,
    /**
     * Any, each as likely as any other, as far as the nodes of the tree know how many there are.
     */
    RANDOM,
    /** All in turn, as far as the nodes of the tree know how many there are. */
    ALL_IN_TURN
  }

  /** Checks the ranges. */
  public AnycastOptions {
    if (timeout.isNegative() || timeout.isZero() || timeout.compareTo(MAX_TIMEOUT) > 0) {
      throw new IllegalArgumentException(
          "the timeout of an anycast is positive and at most " + MAX_TIMEOUT + ", not " + timeout);
    }
  }

  /** In another order. */
  public AnycastOptions inOrder(Order other) {
    return new AnycastOptions(other, timeout, idempotent);
  }

  /** With another timeout. */
  public AnycastOptions within(Duration other) {
    return new AnycastOptions(order, other, idempotent);
  }

  /** Declared to be idempotent. */
  public AnycastOptions declaredIdempotent() {
    return new AnycastOptions(order, timeout, true);
  }
}
