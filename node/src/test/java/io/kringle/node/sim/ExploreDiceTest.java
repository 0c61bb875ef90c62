package io.kringle.node.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is drawn is within its bounds, and all of them are used. */
final class ExploreDiceTest {
  private static final Duration LEAST = Duration.ofMillis(100);
  private static final Duration MOST = Duration.ofSeconds(10);

  private final ExploreDice dice = new ExploreDice(1);

  @Test
  void halfOfTheDurationsAreBelowTheGeometricMean() {
    List<Duration> drawn = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      drawn.add(dice.between(LEAST, MOST));
    }
    assertThat(drawn).allMatch(each -> each.compareTo(LEAST) >= 0 && each.compareTo(MOST) <= 0);
    Duration mean = Duration.ofSeconds(1);
    assertThat(drawn.stream().filter(each -> each.compareTo(mean) < 0).count())
        .isBetween(450L, 550L);
  }

  /** There is no logarithm of it: every draw was zero, and a fault that was to last did not. */
  @Test
  void noDurationIsDrawnFromZeroOn() {
    assertThatThrownBy(() -> dice.between(Duration.ZERO, MOST))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("PT0S");
  }
}
