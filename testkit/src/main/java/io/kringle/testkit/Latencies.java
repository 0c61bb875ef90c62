package io.kringle.testkit;

import java.io.IOException;
import java.nio.file.Path;

/**
 * How long a message is on its way between places. A node's place is the number of its first start,
 * counted from 0, and stays its own over restarts. Pure: same places, same answer.
 */
@FunctionalInterface
public interface Latencies {

  /** One way, in nanoseconds, without jitter. */
  long oneWay(int from, int to);

  /**
   * Points spread evenly over a square whose corners are 190 ms apart, which makes 70 ms one way on
   * average; the same in both directions.
   *
   * @param seed of where they are
   */
  static Latencies euclid(long seed) {
    return new EuclideanLatencies(seed);
  }

  /**
   * As measured: a file with as many lines as numbers in each, separated by white space, of which
   * number j in line i is the time from i to j <em>and back</em> in milliseconds. Half of it is one
   * way. Where there are more places than lines, they take turns; those of one line are half a
   * millisecond apart.
   *
   * @throws IOException if it cannot be read, or is not such a file; the message names the line
   */
  static Latencies matrix(Path file) throws IOException {
    return MeasuredLatencies.read(file);
  }
}
