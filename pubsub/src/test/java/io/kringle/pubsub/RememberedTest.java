package io.kringle.pubsub;

import static org.assertj.core.api.Assertions.assertThat;

import io.kringle.ring.Id;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The memory by which repetitions are recognised. */
class RememberedTest {
  private static final Duration KEEP = Duration.ofSeconds(10);
  private static final long LATER = KEEP.toNanos() + 1;

  private final Remembered remembered = new Remembered(100, 3, KEEP);

  private static MessageId id(int number) {
    return new MessageId(Id.ZERO, 1, number);
  }

  @Test
  void anIdIsFreshOnceAndKeepsItsLatestNumber() {
    assertThat(remembered.add(id(1), 7, 0)).isTrue();
    assertThat(remembered.add(id(1), 8, 0)).isFalse();
    assertThat(remembered.find(id(1), 0)).hasValue(8);
    assertThat(remembered.find(id(2), 0)).isEmpty();
  }

  @Test
  void aboveTheCapacityTheOldestGoes() {
    for (int i = 0; i < 101; i++) {
      remembered.add(id(i), i, 0);
    }
    assertThat(remembered.find(id(0), 0)).isEmpty();
    assertThat(remembered.find(id(1), 0)).hasValue(1);
    assertThat(remembered.find(id(100), 0)).hasValue(100);
  }

  @Test
  void afterAWhileAllButAFewGoAndMeetingAnIdAgainKeepsIt() {
    for (int i = 0; i < 10; i++) {
      remembered.add(id(i), i, 0);
    }
    remembered.add(id(0), 0, 1);
    for (int i = 0; i < 10; i++) {
      assertThat(remembered.find(id(i), LATER).isPresent()).as("%d", i).isEqualTo(i == 0 || i > 7);
    }
  }

  @Test
  void withinTheWhileNoneGoes() {
    for (int i = 0; i < 10; i++) {
      remembered.add(id(i), i, 0);
    }
    assertThat(remembered.find(id(0), KEEP.toNanos())).isPresent();
  }
}
