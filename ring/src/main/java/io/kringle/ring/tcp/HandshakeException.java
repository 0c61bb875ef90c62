package io.kringle.ring.tcp;

/** Somebody who may not be talked to; the message says why. */
final class HandshakeException extends Exception {
  private static final long serialVersionUID = 1L;

  HandshakeException(String reason) {
    super(reason);
  }
}
