package io.kringle.replication;

import io.kringle.ring.World;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * The time of an arc, in milliseconds since it was made: what its daddy counts, and tells the other
 * members along with the log. Each counts on from what it was told last, so whoever leads next goes
 * on from there. It never goes back behind an entry of the log, and stands still only for what all
 * members were down together.
 *
 * <p>A member may have counted while those who are a majority now were down, or by a faster clock.
 * It follows the daddy back then, or what was written since would be over too soon once it leads
 * itself: whoever has an entry has the time of a daddy that had it, or an earlier one.
 *
 * <p>It needs no clock of the day, which nodes may disagree about by hours; drift of the daddy's
 * clock is all that it suffers from.
 */
final class ArcClock {
  /** So much less than the time is noted, so that a delay of messages does not change the note. */
  private static final long RESERVE_MILLIS = Duration.ofSeconds(1).toMillis();

  private final World world;
  private long base;
  private long since;

  /** Of the latest entry that was heard of. */
  private long latest;

  /** From where on a restart would count. */
  private long noted;

  ArcClock(World world, long time) {
    this.world = world;
    this.noted = time;
    set(time);
  }

  private void set(long time) {
    base = time;
    since = world.now();
  }

  long now() {
    return base + TimeUnit.NANOSECONDS.toMillis(world.now() - since);
  }

  /** An entry is of this time. */
  void hear(long time) {
    latest = Math.max(latest, time);
    if (time > now()) {
      set(time);
    }
  }

  /**
   * It is this late for the daddy.
   *
   * @return whether that is so much earlier that it is to be noted anew
   */
  boolean follow(long time) {
    set(Math.max(time, latest));
    return base < noted;
  }

  /** The time to go on from after a restart. */
  long note() {
    noted = Math.max(latest, now() - RESERVE_MILLIS);
    return noted;
  }
}
