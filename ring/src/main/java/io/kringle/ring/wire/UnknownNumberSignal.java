package io.kringle.ring.wire;

/**
 * Unwinds the decoding of a message that contains a record of a number that is not known here.
 * Never leaves the codec.
 */
final class UnknownNumberSignal extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int number;

  UnknownNumberSignal(int number) {
    super("unknown number " + number, null, false, false);
    this.number = number;
  }

  int number() {
    return number;
  }
}
