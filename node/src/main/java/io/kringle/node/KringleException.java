package io.kringle.node;

import io.kringle.ring.Failure;
import java.util.concurrent.CompletionException;

/**
 * Why an operation of the Java API did not succeed: every stage that fails, fails with one of
 * these.
 */
public final class KringleException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final Kind kind;

  /** What the caller can act on. */
  public enum Kind {
    /** The node could not start, or could not go on: the message names the culprit. */
    CANNOT_START,
    /** No answer came in time; the request may or may not have been handled. */
    TIMEOUT,
    /** Nothing happened, and it may work later. */
    UNAVAILABLE,
    /** A write was sent out and its fate is not known: a later read may show it or not. */
    OUTCOME_UNKNOWN,
    /** The one who was asked said no, or threw. */
    REFUSED,
    /** The node that owns the id has nobody who handles this. */
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
    /** The node is shutting down, or is closed. */
    CLOSED
  }

  /** Says what happened, in one line that names the culprit. */
  public KringleException(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  /** Says what happened, and what led to it. */
  public KringleException(Kind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  static KringleException of(Failure failure) {
    return new KringleException(Kind.valueOf(failure.kind().name()), failure.message());
  }

  /** What a stage of this API has failed with. */
  static KringleException of(Throwable thrown) {
    Throwable cause =
        thrown instanceof CompletionException && thrown.getCause() != null
            ? thrown.getCause()
            : thrown;
    return cause instanceof KringleException failure
        ? failure
        : new KringleException(Kind.OUTCOME_UNKNOWN, String.valueOf(cause.getMessage()), cause);
  }

  static KringleException cannotStart(String message) {
    return new KringleException(Kind.CANNOT_START, message);
  }

  static KringleException cannotStart(String message, Throwable cause) {
    return new KringleException(Kind.CANNOT_START, message, cause);
  }

  /** What the caller can act on. */
  public Kind kind() {
    return kind;
  }
}
