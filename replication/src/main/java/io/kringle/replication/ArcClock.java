package io.kringle.replication;

import io.kringle.ring.World;
import java.util.concurrent.TimeUnit;

/**
 * The time of an arc, in milliseconds since it was made: what its daddy counts, and tells the other
 * members along with the log. Each counts on from what it was told, so whoever leads next goes on
 * from there. It never goes back, and stands still only for what all members were down together.
 *
 * <p>It needs no clock of the day, which nodes may disagree about by hours; drift of the daddy's
 * clock is all that it suffers from.
 */
final class ArcClock {
  private final World world;
  private long base;
  private long since;

  ArcClock(World world, long time) {
    this.world = world;
    this.base = time;
    this.since = world.now();
  }

  long now() {
    return base + TimeUnit.NANOSECONDS.toMillis(world.now() - since);
  }

  /** It is this late, at the least. */
  void hear(long time) {
    if (time > now()) {
      base = time;
      since = world.now();
    }
  }
}
