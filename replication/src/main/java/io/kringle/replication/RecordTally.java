package io.kringle.replication;

import io.kringle.ring.Arc;
import io.kringle.ring.World;
import java.time.Duration;
import java.util.function.ToLongFunction;

/**
 * About how many records an arc has, for whoever asks how it is. Who looks for a daddy asks too,
 * and counting may take a millisecond in which the node does nothing else; so a count is told again
 * for a while, unless it is low, and so cheap, or the arc is another one.
 */
final class RecordTally {
  private static final long CHEAP = 100;
  private static final long GOOD_FOR = Duration.ofSeconds(5).toNanos();

  private final World world;
  private final ToLongFunction<Arc> counting;
  private Arc arc = Arc.CIRCLE;
  private long countedAt;
  private long count;

  RecordTally(World world, ToLongFunction<Arc> counting) {
    this.world = world;
    this.counting = counting;
  }

  long of(Arc wanted) {
    boolean isGood = wanted.equals(arc) && world.now() - countedAt < GOOD_FOR;
    if (count < CHEAP || !isGood) {
      arc = wanted;
      countedAt = world.now();
      count = counting.applyAsLong(wanted);
    }
    return count;
  }
}
