package io.kringle.node.sim;

import java.time.Duration;
import java.util.Arrays;

/**
 * How often something took how long, in classes that are five in a hundred wide, from a tenth of a
 * millisecond to a day; what is beyond counts as that.
 */
final class Delays {
  private static final double SHORTEST_NANOS = 1e5;
  private static final double WIDTH = Math.log(1.05);
  private static final int CLASSES = 1 + classOf(Duration.ofDays(1).toNanos());

  private final long[] counts = new long[CLASSES];

  private static int classOf(long nanos) {
    return (int) Math.max(0, Math.ceil(Math.log((double) nanos / SHORTEST_NANOS) / WIDTH));
  }

  void add(long nanos) {
    counts[Math.min(CLASSES - 1, classOf(nanos))]++;
  }

  void add(Delays others) {
    for (int i = 0; i < CLASSES; i++) {
      counts[i] += others.counts[i];
    }
  }

  /** What so many of 100 do not exceed, nearest rank, in milliseconds; 0 if there are none. */
  double percentileMillis(int percent) {
    long rank = Math.max(1, (long) Math.ceil(Arrays.stream(counts).sum() * (percent / 100.0)));
    long seen = 0;
    for (int i = 0; i < CLASSES; i++) {
      seen += counts[i];
      if (seen >= rank) {
        return SHORTEST_NANOS * Math.exp(i * WIDTH) / 1e6;
      }
    }
    return 0;
  }
}
