package io.kringle.pubsub;

/** A message that a subscriber was handed, until it says that it is done with it. */
final class Handed implements Runnable {
  private final Cursor cursor;
  private final long sequence;
  private final int bytes;
  private boolean isDone;

  Handed(Cursor cursor, long sequence, int bytes) {
    this.cursor = cursor;
    this.sequence = sequence;
    this.bytes = bytes;
  }

  long sequence() {
    return sequence;
  }

  int bytes() {
    return bytes;
  }

  boolean isDone() {
    return isDone;
  }

  /** The subscriber is done; saying so again does no harm. */
  @Override
  public void run() {
    if (!isDone) {
      isDone = true;
      cursor.done();
    }
  }
}
