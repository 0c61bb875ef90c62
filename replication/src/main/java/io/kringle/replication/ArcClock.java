package io.kringle.replication;

import io.kringle.ring.World;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * The time of an arc, in milliseconds since it was made: what its daddy counts, and tells the other
 * members along with the log. Each counts on from what it was told last, so whoever leads next goes
 * on from there. It stands still only for what all members were down together.
 *
 * <p>A member may have counted while those who are a majority now were down, or by a faster clock.
 * It follows the daddy back then, or what was written since would be over too soon once it leads
 * itself.
 *
 * <p>Invariant: whoever has an entry in its log has the time of a daddy that had it, or an earlier
 * one; so by no count a record is over too soon. And along the log, times do not fall.
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

  /** What the daddy of this epoch has told last; what was sent before that may come after it. */
  private long told;

  private long epoch;

  /** Of the latest committed entry, which every daddy has from now on. */
  private long settled;

  /** From where on a restart would count. */
  private long noted;

  ArcClock(World world, long time) {
    this.world = world;
    this.settled = time;
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

  /** An entry, which this node is to lead with, is of this time. */
  void hear(long time) {
    if (time > now()) {
      set(time);
    }
  }

  /** An entry of this time is committed. */
  void applied(long time) {
    settled = Math.max(settled, time);
  }

  /**
   * It is this late for the daddy of an epoch.
   *
   * @return whether that is so much earlier that it is to be noted anew
   */
  boolean follow(long newEpoch, long time) {
    if (newEpoch == epoch && time <= told) {
      return false;
    }
    epoch = newEpoch;
    told = time;
    set(time);
    return time < noted;
  }

  /** The time to go on from after a restart. */
  long note() {
    noted = Math.max(settled, now() - RESERVE_MILLIS);
    return noted;
  }
}
