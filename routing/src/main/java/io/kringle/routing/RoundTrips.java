package io.kringle.routing;

import io.kringle.ring.Id;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;

/**
 * How far other nodes are: the time until they acknowledge, smoothed as TCP does it (RFC 6298,
 * section 2), except that a first measurement is trusted more: it is half the usual time until a
 * message goes another way, and a mistake costs only that message. A sample may contain the time
 * for which an acknowledgement waited for a reply. Of a peer that others have told of there is an
 * estimate by what they have measured. Bounded: the peer measured first is forgotten first.
 */
final class RoundTrips {
  static final int MAX_PEERS = 4_096;

  private static final long INITIAL_TIMEOUT = Duration.ofMillis(300).toNanos();

  /**
   * Below what a collection of garbage takes at the other end, as to send a message another way too
   * early costs no more than that message: who gets it twice handles it once.
   */
  private static final long MIN_TIMEOUT = Duration.ofMillis(30).toNanos();

  private static final long MAX_TIMEOUT = Duration.ofSeconds(1).toNanos();

  private final long ackDelay;
  private final Map<Id, Estimate> estimates = new LinkedHashMap<>();

  RoundTrips(Duration ackDelay) {
    this.ackDelay = ackDelay.toNanos();
  }

  /** Adds a measurement. */
  void sample(Id peer, long nanos) {
    Estimate known = estimates.get(peer);
    if (known != null && known.measured) {
      known.add(nanos);
    } else {
      put(peer, new Estimate(nanos, true));
    }
  }

  /** Says how far a peer is by hearsay, unless it was measured. */
  void suppose(Id peer, long nanos) {
    if (!isMeasured(peer)) {
      put(peer, new Estimate(nanos, false));
    }
  }

  private void put(Id peer, Estimate estimate) {
    if (estimates.size() == MAX_PEERS && !estimates.containsKey(peer)) {
      estimates.remove(estimates.keySet().iterator().next());
    }
    estimates.put(peer, estimate);
  }

  /** How far a peer is, in nanoseconds there and back; empty if nothing is known of that. */
  OptionalLong to(Id peer) {
    Estimate estimate = estimates.get(peer);
    return estimate == null ? OptionalLong.empty() : OptionalLong.of(estimate.smoothed);
  }

  void forget(Id peer) {
    estimates.remove(peer);
  }

  boolean isMeasured(Id peer) {
    Estimate estimate = estimates.get(peer);
    return estimate != null && estimate.measured;
  }

  /**
   * Whether it is known how far {@code candidate} is, and that it is nearer than {@code held}, if
   * anything is known of that.
   */
  boolean isNearer(Id candidate, Id held) {
    Estimate its = estimates.get(candidate);
    if (its == null) {
      return false;
    }
    Estimate other = estimates.get(held);
    return other == null || its.smoothed < other.smoothed;
  }

  /**
   * How long to wait for an acknowledgement, in nanoseconds: 30 ms and the ack delay, to a second.
   */
  long timeout(Id peer) {
    Estimate estimate = estimates.get(peer);
    long wanted = estimate == null ? INITIAL_TIMEOUT : estimate.timeout();
    return Math.min(MAX_TIMEOUT, Math.max(MIN_TIMEOUT, wanted) + ackDelay);
  }

  /**
   * A peer has not acknowledged in time: until it has been measured again, it has twice as long
   * (RFC 6298, section 5.5), so that one which has become slow is not taken for silent for ever.
   */
  void late(Id peer) {
    Estimate estimate = estimates.get(peer);
    if (estimate != null) {
      estimate.backOff();
    }
  }

  private static final class Estimate {
    private static final int MOST_DOUBLINGS = 5;

    private final boolean measured;
    private long smoothed;
    private long deviation;
    private int doublings;

    Estimate(long first, boolean measured) {
      this.measured = measured;
      smoothed = first;
      deviation = first / 8;
    }

    void add(long nanos) {
      doublings = 0;
      deviation += (Math.abs(nanos - smoothed) - deviation) / 4;
      smoothed += (nanos - smoothed) / 8;
    }

    void backOff() {
      doublings = Math.min(doublings + 1, MOST_DOUBLINGS);
    }

    long timeout() {
      return Math.max(MIN_TIMEOUT, smoothed + 4 * deviation) << doublings;
    }
  }
}
