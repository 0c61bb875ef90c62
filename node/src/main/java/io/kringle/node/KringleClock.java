package io.kringle.node;

import io.kringle.ring.Timer;
import java.time.Duration;

/**
 * Time, as a node knows it. A service that asks nobody else for the time and sets its timers here
 * runs in virtual time on a simulated node. On a real node it may be used from any thread.
 */
public interface KringleClock {

  /** Nanoseconds on a monotonic clock with no meaning of its own. */
  long nanos();

  /**
   * Runs {@code task} once {@code delay} is over, where the callbacks of this node run; not at all
   * if the node ends before.
   *
   * @param delay zero or more
   * @return cancels it
   */
  Timer after(Duration delay, Runnable task);
}
