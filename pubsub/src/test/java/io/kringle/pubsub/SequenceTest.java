package io.kringle.pubsub;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

/** How numbers follow each other. */
class SequenceTest {
  private static final long LAST_OF_A_FAR_EPOCH = (1L << 62) - 1;

  @Property
  void aNewEpochIsAboveEveryNumberOfTheOneBeforeAndPositive(
      @ForAll @LongRange(min = Sequence.UNSET, max = LAST_OF_A_FAR_EPOCH) long highest,
      @ForAll long seed) {
    long first = Sequence.newEpoch(highest, new SplittableRandom(seed)) + 1;
    assertThat(first).isGreaterThan(highest).isPositive();
    assertThat(Sequence.sameEpoch(first, highest)).isFalse();
    assertThat(Sequence.sameEpoch(first, first + 1_000_000)).isTrue();
  }

  @Test
  void twoRootsOfOneEpochHardlyEverMeanTheSameNumber() {
    SplittableRandom random = new SplittableRandom(1);
    long same = 0;
    for (int i = 0; i < 10_000; i++) {
      long one = Sequence.newEpoch(0, random);
      long other = Sequence.newEpoch(0, random);
      same += one == other ? 1 : 0;
    }
    assertThat(same).isLessThan(20);
  }

  @Test
  void anEpochIsExhaustedAtItsLastNumberOnly() {
    long before = Sequence.newEpoch(0, new SplittableRandom(1));
    long last = before + (1L << 28) - 1;
    assertThat(Sequence.isExhausted(before)).isFalse();
    assertThat(Sequence.isExhausted(last - 1)).isFalse();
    assertThat(Sequence.isExhausted(last)).isTrue();
    assertThat(Sequence.newEpoch(last, new SplittableRandom(2))).isGreaterThan(last);
  }
}
