package io.kringle.routing;

import io.kringle.ring.Id;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How far other nodes are: the time until they acknowledge, smoothed as TCP does it (RFC 6298,
 * section 2). A sample may contain the time for which an acknowledgement waited for a reply.
 * Bounded: the peer measured first is forgotten first.
 */
final class RoundTrips {
  static final int MAX_PEERS = 4_096;

  private static final long INITIAL_TIMEOUT = Duration.ofMillis(300).toNanos();
  private static final long MIN_TIMEOUT = Duration.ofMillis(100).toNanos();
  private static final long MAX_TIMEOUT = Duration.ofSeconds(1).toNanos();

  private final long ackDelay;
  private final Map<Id, Estimate> estimates = new LinkedHashMap<>();

  RoundTrips(Duration ackDelay) {
    this.ackDelay = ackDelay.toNanos();
  }

  void sample(Id peer, long nanos) {
    Estimate known = estimates.get(peer);
    if (known != null) {
      known.add(nanos);
      return;
    }
    if (estimates.size() == MAX_PEERS) {
      estimates.remove(estimates.keySet().iterator().next());
    }
    estimates.put(peer, new Estimate(nanos));
  }

  void forget(Id peer) {
    estimates.remove(peer);
  }

  boolean isMeasured(Id peer) {
    return estimates.containsKey(peer);
  }

  /**
   * Whether {@code candidate} was measured, and is nearer than {@code held}, if that was measured
   * at all.
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
   * How long to wait for an acknowledgement, in nanoseconds: 100 ms and the ack delay, to a second.
   */
  long timeout(Id peer) {
    @Nullable Estimate estimate = estimates.get(peer);
    long wanted = estimate == null ? INITIAL_TIMEOUT : estimate.smoothed + 4 * estimate.deviation;
    return Math.min(MAX_TIMEOUT, Math.max(MIN_TIMEOUT, wanted) + ackDelay);
  }

  private static final class Estimate {
    private long smoothed;
    private long deviation;

    Estimate(long first) {
      smoothed = first;
      deviation = first / 2;
    }

    void add(long nanos) {
      deviation += (Math.abs(nanos - smoothed) - deviation) / 4;
      smoothed += (nanos - smoothed) / 8;
    }
  }
}
