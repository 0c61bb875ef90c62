package io.kringle.node.sim;

import java.util.Collection;

/**
 * A few figures that stand for many; all 0 if there are none. Percentiles are nearest rank.
 *
 * @param mean the average
 * @param p50 the median
 * @param p90 what 90 of 100 do not exceed
 * @param p99 what 99 of 100 do not exceed
 * @param max the largest
 */
public record Distribution(double mean, double p50, double p90, double p99, double max) {

  static Distribution of(Collection<? extends Number> values) {
    double[] sorted = values.stream().mapToDouble(Number::doubleValue).sorted().toArray();
    double sum = 0;
    for (double value : sorted) {
      sum += value;
    }
    return sorted.length == 0
        ? new Distribution(0, 0, 0, 0, 0)
        : new Distribution(
            sum / sorted.length,
            percentile(sorted, 50),
            percentile(sorted, 90),
            percentile(sorted, 99),
            sorted[sorted.length - 1]);
  }

  private static double percentile(double[] sorted, int percent) {
    int rank = (int) Math.ceil(sorted.length * (percent / 100.0));
    return sorted[Math.max(rank, 1) - 1];
  }
}
