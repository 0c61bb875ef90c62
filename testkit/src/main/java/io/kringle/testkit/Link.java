package io.kringle.testkit;

import org.jspecify.annotations.Nullable;

/**
 * One direction of a connection, as the node at its beginning has it: what would else be looked up
 * for every message.
 *
 * <p>Invariant: {@code back} is the other direction, if the node at the end was reached over this
 * one; it may have been closed since.
 */
final class Link {
  private final SimulatedNode to;
  private final long latency;
  private @Nullable Link back;
  private long busyUntil;
  private long lastArrival;
  private boolean open = true;

  Link(SimulatedNode to, long latency) {
    this.to = to;
    this.latency = latency;
  }

  /** The life of the node at its end. */
  SimulatedNode to() {
    return to;
  }

  /** Nanoseconds one way, without jitter. */
  long latency() {
    return latency;
  }

  /** When a message has left that takes {@code nanos} to send, after those sent before it. */
  long through(long now, long nanos) {
    busyUntil = Math.max(busyUntil, now) + nanos;
    return busyUntil;
  }

  /** When a message that could be there at {@code earliest} is, after those sent before it. */
  long inOrder(long earliest) {
    lastArrival = Math.max(lastArrival, earliest);
    return lastArrival;
  }

  /** Opens the other direction, unless that was done and it is still open. */
  void answer(SimulatedNode from) {
    Link before = back;
    if (before == null || !before.open) {
      back = to.link(from);
    }
  }

  void close() {
    open = false;
  }
}
