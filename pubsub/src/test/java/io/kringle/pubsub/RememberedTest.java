package io.kringle.pubsub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kringle.ring.Id;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The memory by which repetitions are recognised. */
class RememberedTest {
  private static final Duration KEEP = Duration.ofSeconds(10);
  private static final long LONG_AGO = Long.MAX_VALUE - 5;

  private final List<String> forgotten = new ArrayList<>();
  private final Remembered<String> remembered = new Remembered<>(3, LONG_AGO, forgotten::add);

  private static MessageId id(int number) {
    return new MessageId(Id.ZERO, 1, number);
  }

  private void add(int number, Duration keep, long at) {
    remembered.add(id(number), "value " + number, keep, LONG_AGO + at);
    remembered.checkInvariants();
  }

  @Test
  void itIsFoundUntilItsTimeIsOverWhateverTheClockShows() {
    add(1, KEEP, 0);
    assertThat(remembered.find(id(1), LONG_AGO + KEEP.toNanos())).contains("value 1");
    assertThat(remembered.find(id(2), LONG_AGO)).isEmpty();
    assertThat(remembered.find(id(1), LONG_AGO + KEEP.toNanos() + 1)).isEmpty();
    assertThat(forgotten).containsExactly("value 1");
  }

  @Test
  void whenItIsFullNothingIsForgottenBeforeItsTime() {
    add(1, KEEP, 0);
    add(2, KEEP.dividedBy(2), 0);
    add(3, KEEP, 0);
    assertThat(remembered.hasRoom(LONG_AGO + 1)).isFalse();
    assertThatThrownBy(() -> add(4, KEEP, 1)).isInstanceOf(IllegalStateException.class);
    assertThat(remembered.find(id(1), LONG_AGO + 1)).isPresent();
    assertThat(remembered.hasRoom(LONG_AGO + KEEP.dividedBy(2).toNanos() + 1)).isTrue();
    assertThat(forgotten).containsExactly("value 2");
  }

  @Test
  void nothingIsRememberedTwice() {
    add(1, KEEP, 0);
    assertThatThrownBy(() -> add(1, KEEP, 1)).isInstanceOf(IllegalStateException.class);
  }
}
