package io.kringle.ring.tcp;

import io.kringle.ring.Peer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All there is between this node and one other: what waits to be sent, and the connections.
 *
 * <p>Messages go out over the current connection. When a better one has come up, the old one is
 * retired, and what is to be sent waits until the other side has read all of the old one: so order
 * is kept, and nothing lost.
 */
final class Link {
  private final Outbox outbox = new Outbox();
  private final List<Connection> retired = new ArrayList<>();
  private final int maxQueuedBytes;
  private Peer peer;
  private @Nullable Connection current;
  private @Nullable Connection dialling;
  private long inFlight;
  private boolean dirty;

  Link(Peer peer, int maxQueuedBytes) {
    this.peer = peer;
    this.maxQueuedBytes = maxQueuedBytes;
  }

  Peer peer() {
    return peer;
  }

  /** Whether {@code length} bytes more, and the header of a frame, may wait. */
  boolean hasRoom(int length) {
    return queuedBytes() + Outbox.HEADER + length <= maxQueuedBytes;
  }

  long queuedBytes() {
    return outbox.bytes() + inFlight;
  }

  boolean isIdle() {
    return queuedBytes() == 0;
  }

  /**
   * Adds a frame; returns whether the link has to be flushed in this turn and nobody has asked for
   * it yet.
   */
  boolean add(byte[] message, int length) {
    outbox.add(message, length);
    return markDirty();
  }

  /** Adds all frames of a contact, as far as there is room; what is too much is dropped whole. */
  void takeAll(Outbox other) {
    if (queuedBytes() + other.bytes() <= maxQueuedBytes) {
      outbox.takeAll(other);
    } else {
      other.clear();
    }
  }

  private boolean markDirty() {
    boolean first = !dirty;
    dirty = true;
    return first;
  }

  /** Writes out what waits, if there is a connection for it. */
  void flush() {
    dirty = false;
    if (current != null && current.isOpen() && retired.isEmpty()) {
      writeTo(current);
    }
  }

  /** Writes out what waits, over this connection. */
  void writeTo(Connection connection) {
    if (!outbox.isEmpty()) {
      long bytes = outbox.bytes();
      inFlight += bytes;
      connection.write(outbox, () -> inFlight -= bytes);
    }
  }

  @Nullable Connection current() {
    return current;
  }

  void setCurrent(Connection connection) {
    current = connection;
    peer = connection.peer();
  }

  /** There is no current connection for now. */
  void clearCurrent() {
    current = null;
  }

  /** Waits for {@code connection} to be read to its end by the other side. */
  void retire(Connection connection) {
    retired.add(connection);
    connection.retire();
  }

  /** Forgets a connection that is closed; returns whether it was the current one. */
  boolean remove(Connection connection) {
    retired.remove(connection);
    boolean wasCurrent = current == connection;
    if (wasCurrent) {
      current = null;
    }
    return wasCurrent;
  }

  @Nullable Connection dialling() {
    return dialling;
  }

  void setDialling(@Nullable Connection connection) {
    dialling = connection;
  }

  boolean isUnconnected() {
    return current == null && dialling == null && retired.isEmpty();
  }

  boolean hasNothingToSend() {
    return outbox.isEmpty();
  }

  void dropQueue() {
    outbox.clear();
  }
}
