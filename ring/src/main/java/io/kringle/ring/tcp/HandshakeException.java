package io.kringle.ring.tcp;

/** Somebody who may not be talked to; the message says why. */
final class HandshakeException extends Exception {
  private static final long serialVersionUID = 1L;

  private final boolean forGood;

  HandshakeException(String reason) {
    this(false, reason);
  }

  private HandshakeException(boolean forGood, String reason) {
    super(reason);
    this.forGood = forGood;
  }

  /** Trying again makes no sense. */
  static HandshakeException forGood(String reason) {
    return new HandshakeException(true, reason);
  }

  boolean isForGood() {
    return forGood;
  }
}
