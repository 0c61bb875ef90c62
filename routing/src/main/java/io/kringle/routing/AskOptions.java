package io.kringle.routing;

import java.time.Duration;

/**
 * How patient a request is.
 *
 * @param timeout until the answer must be here, counting every try; positive
 * @param tryTimeout until the request is sent again, under the same request id; positive
 */
public record AskOptions(Duration timeout, Duration tryTimeout) {
  /** Five seconds in all, a new try each second. */
  public static final AskOptions DEFAULT =
      new AskOptions(Duration.ofSeconds(5), Duration.ofSeconds(1));

  /** Checks the ranges. */
  public AskOptions {
    if (timeout.isNegative()
        || timeout.isZero()
        || tryTimeout.isNegative()
        || tryTimeout.isZero()) {
      throw new IllegalArgumentException("timeouts are positive: " + timeout + ", " + tryTimeout);
    }
  }

  /** With this timeout in all, tried again each second. */
  public static AskOptions within(Duration timeout) {
    return new AskOptions(timeout, DEFAULT.tryTimeout());
  }
}
