package io.kringle.ring;

/** Bytes that are not a message. They cost their sender the connection. */
public final class MalformedMessageException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Says what is wrong with the bytes. */
  public MalformedMessageException(String message) {
    super(message);
  }

  /** Says what is wrong with the bytes, and how it was found out. */
  public MalformedMessageException(String message, Throwable cause) {
    super(message, cause);
  }
}
