package io.kringle.ring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Waits between attempts. */
class BackOffTest {

  private static BackOff backOff(long first, long most) {
    return new BackOff(Duration.ofMillis(first), Duration.ofMillis(most), new SplittableRandom(5));
  }

  @Test
  void theyDoubleUpToTheLimit() {
    BackOff backOff = backOff(100, 400);
    for (long mean : new long[] {100, 200, 400, 400, 400}) {
      assertThat(backOff.next())
          .isBetween(Duration.ofMillis(mean / 2), Duration.ofMillis(mean * 3 / 2));
    }
  }

  @Test
  void zeroDoesNotWait() {
    BackOff backOff = backOff(0, 0);
    assertThat(backOff.next()).isZero();
    assertThat(backOff.next()).isZero();
  }

  @Test
  void aLimitBelowTheFirstIsRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> backOff(2, 1));
    assertThatIllegalArgumentException().isThrownBy(() -> backOff(-1, 1));
  }
}
