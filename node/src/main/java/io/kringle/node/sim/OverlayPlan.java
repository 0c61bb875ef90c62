package io.kringle.node.sim;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * What an overlay simulation is to do.
 *
 * @param nodes how many form the ring, 1 to {@value #MOST_NODES}
 * @param seed of every random choice
 * @param lookups how many, 0 to {@value #MOST_LOOKUPS}
 * @param duration of virtual time that the lookups are spread over; more than nothing, at most
 *     seven days
 * @param loss the probability that a message is lost once the ring has formed, 0 to {@value
 *     #MOST_LOSS}
 * @param latencies a file with a matrix of round trips; if empty, nodes are points in a square
 * @param session how long a node stays on average, at least a second; if empty, all stay
 * @param sessions how the lengths of sessions are distributed
 * @param churn a file that says who comes and goes when; not together with sessions
 */
public record OverlayPlan(
    int nodes,
    long seed,
    int lookups,
    Duration duration,
    double loss,
    Optional<Path> latencies,
    Optional<Duration> session,
    Sessions sessions,
    Optional<Path> churn) {
  private static final int MOST_NODES = 100_000;
  private static final int MOST_LOOKUPS = 10_000_000;
  private static final double MOST_LOSS = 0.5;
  private static final Duration LONGEST = Duration.ofDays(7);
  private static final Duration SHORTEST_SESSION = Duration.ofSeconds(1);

  /** Checks the ranges. */
  public OverlayPlan {
    if (nodes < 1 || nodes > MOST_NODES) {
      throw new IllegalArgumentException("nodes are 1 to " + MOST_NODES + ", not " + nodes);
    }
    if (lookups < 0 || lookups > MOST_LOOKUPS) {
      throw new IllegalArgumentException("lookups are 0 to " + MOST_LOOKUPS + ", not " + lookups);
    }
    if (duration.isNegative() || duration.isZero() || duration.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException("the duration is up to 7 days, not " + duration);
    }
    if (!(loss >= 0 && loss <= MOST_LOSS)) {
      throw new IllegalArgumentException("the loss is 0 to " + MOST_LOSS + ", not " + loss);
    }
    session.ifPresent(OverlayPlan::checkSession);
    if (session.isPresent() && churn.isPresent()) {
      throw new IllegalArgumentException(
          "nodes come and go by their sessions or by a file, not by both");
    }
    if (session.isEmpty() && sessions != Sessions.EXPONENTIAL) {
      throw new IllegalArgumentException("a distribution of sessions needs their mean: --session");
    }
  }

  private static void checkSession(Duration session) {
    if (session.compareTo(SHORTEST_SESSION) < 0) {
      throw new IllegalArgumentException("a session is at least a second, not " + session);
    }
  }
}
