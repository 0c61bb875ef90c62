package io.kringle.ring;

/**
 * Why an operation did not succeed, as a value.
 *
 * @param kind what the caller can act on
 * @param message one line for a person, naming the culprit
 */
public record Failure(Kind kind, String message) {

  /** The kinds of failure. */
  public enum Kind {
    /** No answer came in time; the request may or may not have been handled. */
    TIMEOUT,
    /** Nothing happened, and it may work later: no majority, no owner yet. */
    UNAVAILABLE,
    /** A write was sent out and its fate is not known. A later read may show it or not. */
    OUTCOME_UNKNOWN,
    /** The one who was asked said no, or threw. */
    REFUSED,
    /** The node that owns the id has nobody who handles such a message. */
    NO_SERVICE,
    /** Larger than a limit. */
    TOO_LARGE,
    /** Not well formed, or out of range. */
    INVALID,
    /** Conflicts went on for as many attempts as were allowed. */
    RETRIES_EXHAUSTED,
    /** No subscriber accepted an anycast. */
    NO_TAKER,
    /** A bounded queue is full: slow down. */
    OVERLOADED,
    /** The node is shutting down. */
    CLOSED
  }

  /** A failure, in the order in which one says it. */
  public static Failure of(Kind kind, String message) {
    return new Failure(kind, message);
  }

  @Override
  public String toString() {
    return kind + ": " + message;
  }
}
