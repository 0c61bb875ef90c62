package io.kringle.ring.tcp;

import io.kringle.ring.Endpoint;
import java.time.Duration;

/**
 * How a node speaks TCP.
 *
 * @param listen where it accepts connections; port 0 for one that the system chooses
 * @param limits what it spends at most
 * @param timeouts how long it waits
 */
public record TcpConfig(Endpoint listen, Limits limits, Timeouts timeouts) {

  /** The usual limits and timeouts. */
  public static TcpConfig on(Endpoint listen) {
    return new TcpConfig(listen, Limits.DEFAULT, Timeouts.DEFAULT);
  }

  /**
   * Bounds.
   *
   * @param maxFrameBytes largest message, encoded, in either direction
   * @param maxQueuedBytes how much may wait for one peer; beyond it messages are dropped
   * @param maxHandshakes accepted connections that have not shaken hands yet; more are turned away
   * @param maxConnections all connections; beyond it the one unused for longest is closed, or the
   *     new one turned away
   */
  public record Limits(
      int maxFrameBytes, int maxQueuedBytes, int maxHandshakes, int maxConnections) {
    /** 1 MiB, 8 MiB, 64, 1 024. */
    public static final Limits DEFAULT = new Limits(1024 * 1024, 8 * 1024 * 1024, 64, 1024);

    /** Checks the ranges. */
    public Limits {
      if (maxFrameBytes < 1 || maxHandshakes < 1 || maxConnections < 1) {
        throw new IllegalArgumentException("limits are at least 1");
      }
      if ((long) maxFrameBytes + Outbox.HEADER > maxQueuedBytes) {
        throw new IllegalArgumentException(
            "a frame of " + maxFrameBytes + " bytes does not fit a queue of " + maxQueuedBytes);
      }
    }
  }

  /**
   * Patience. All are checked a few times within the shortest of them, so they may be over by a
   * quarter of that.
   *
   * @param connect until a TCP connection stands
   * @param handshake until both sides have shaken hands; also, until a connection that is being
   *     closed in order is closed
   * @param frame from the first byte of a frame to its last
   * @param ping how long a connection may be without traffic before an empty frame is sent
   * @param silence how long a peer may send nothing before it counts as unreachable; longer than
   *     {@code ping}
   * @param idle how long a connection may carry no message before it is closed in order, so that
   *     only those who have something to say to each other pay for pings; the next message dials
   *     again
   * @param close how long {@link TcpTransport#close} waits for what is queued
   */
  public record Timeouts(
      Duration connect,
      Duration handshake,
      Duration frame,
      Duration ping,
      Duration silence,
      Duration idle,
      Duration close) {
    /** 3 s, 5 s, 10 s, 5 s, 15 s, 1 min, 3 s. */
    public static final Timeouts DEFAULT =
        new Timeouts(
            Duration.ofSeconds(3),
            Duration.ofSeconds(5),
            Duration.ofSeconds(10),
            Duration.ofSeconds(5),
            Duration.ofSeconds(15),
            Duration.ofMinutes(1),
            Duration.ofSeconds(3));

    /** Checks the ranges. */
    public Timeouts {
      if (shortest(connect, handshake, frame, ping, silence, idle, close).toMillis() < 1) {
        throw new IllegalArgumentException("timeouts are at least 1 ms");
      }
      if (silence.compareTo(ping) <= 0) {
        throw new IllegalArgumentException(
            "a peer that is pinged every " + ping + " is silent before " + silence);
      }
    }

    Duration shortest() {
      return shortest(handshake, frame, ping, silence, idle);
    }

    private static Duration shortest(Duration first, Duration... others) {
      Duration shortest = first;
      for (Duration other : others) {
        shortest = other.compareTo(shortest) < 0 ? other : shortest;
      }
      return shortest;
    }
  }
}
