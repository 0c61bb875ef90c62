package io.kringle.ring.wire;

/** A message that would take more bytes than the codec may write. */
public final class MessageTooLargeException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  MessageTooLargeException(String message, Throwable cause) {
    super(message, cause);
  }
}
