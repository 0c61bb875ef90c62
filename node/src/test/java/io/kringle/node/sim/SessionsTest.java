package io.kringle.node.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Sessions have the mean that was asked for, and the quantiles of their distribution. */
class SessionsTest {
  private static final Duration MEAN = Duration.ofMinutes(10);
  private static final int DRAWS = 400_000;

  private static double[] drawn(Sessions sessions) {
    SplittableRandom random = new SplittableRandom(3);
    double[] drawn = new double[DRAWS];
    Arrays.setAll(drawn, i -> sessions.draw(MEAN, random).toNanos() / (double) MEAN.toNanos());
    Arrays.sort(drawn);
    return drawn;
  }

  @ParameterizedTest
  @EnumSource
  void theMeanIsWhatWasAskedFor(Sessions sessions) {
    // The variance of a Pareto distribution of shape 2 is infinite, so its mean is slow to come.
    assertThat(Arrays.stream(drawn(sessions)).average().orElse(0)).isCloseTo(1, within(0.03));
  }

  @ParameterizedTest
  @CsvSource({
    "EXPONENTIAL, 0.5, 0.6931",
    "EXPONENTIAL, 0.99, 4.6052",
    "PARETO, 0.00001, 0.5",
    "PARETO, 0.5, 0.7071",
    "PARETO, 0.99, 5.0",
  })
  void quantilesAreThoseOfTheDistribution(Sessions sessions, double share, double means) {
    assertThat(drawn(sessions)[(int) (share * DRAWS)]).isCloseTo(means, within(0.05 * means));
  }
}
