package io.kringle.routing;

import io.kringle.ring.World;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * How often the peers of this node die, by those that did: what probing is tuned by (Castro, Costa,
 * Rowstron 2004, section 4.1, "self-tuning").
 *
 * <p>Invariant: the latest {@value #MOST} deaths of the last {@link #WINDOW} at most, oldest first.
 */
final class Mortality {
  private static final int MOST = 32;
  private static final Duration WINDOW = Duration.ofHours(1);
  private static final Duration LEAST = Duration.ofMinutes(1);

  private final World world;
  private final Deque<Long> deaths = new ArrayDeque<>();
  private long since;

  Mortality(World world) {
    this.world = world;
    this.since = world.now();
  }

  /** A peer that this node knew has been found dead. */
  void died() {
    deaths.addLast(world.now());
    if (deaths.size() > MOST) {
      since = deaths.removeFirst();
    }
  }

  /**
   * How long a peer lives on average, by the deaths among {@code known} peers; one that is about to
   * be noticed is counted in, so that a node which has seen none yet expects the more the longer
   * that goes on.
   */
  double meanLifeNanos(int known) {
    long oldest = world.now() - WINDOW.toNanos();
    while (!deaths.isEmpty() && deaths.getFirst() - oldest < 0) {
      since = deaths.removeFirst();
    }
    long watched = Math.max(LEAST.toNanos(), world.now() - since);
    return (double) watched * Math.max(1, known) / (deaths.size() + 1);
  }
}
