package io.kringle.node.sim;

import java.time.Duration;
import java.util.Locale;
import java.util.random.RandomGenerator;

/** How long nodes stay: distributions of sessions with a given mean. */
public enum Sessions {
  /** How long a node has been there says nothing of how long it will stay. */
  EXPONENTIAL {
    @Override
    double inMeans(double uniform) {
      return -StrictMath.log(1 - uniform);
    }
  },

  /**
   * Most stay for less than the mean and some for very long, as has been measured in file-sharing
   * networks: the Pareto distribution of shape 2, whose shortest session is half the mean. All
   * sessions begin when the lookups do, those of the nodes that form the ring too.
   */
  PARETO {
    @Override
    double inMeans(double uniform) {
      return 0.5 / StrictMath.sqrt(1 - uniform);
    }
  };

  /** The quantile function, at a number from 0 to below 1; in multiples of the mean. */
  abstract double inMeans(double uniform);

  /** As one writes it on the command line. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Draws a session. */
  Duration draw(Duration mean, RandomGenerator random) {
    return Duration.ofNanos((long) (mean.toNanos() * inMeans(random.nextDouble())));
  }
}
