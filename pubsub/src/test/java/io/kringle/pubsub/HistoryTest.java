package io.kringle.pubsub;

import static org.assertj.core.api.Assertions.assertThat;

import io.kringle.ring.Bytes;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** The latest messages, against a list that is cut by hand. */
class HistoryTest {
  private static final int MOST = 8;
  private static final int MOST_BYTES = 100;

  private static Numbered message(long sequence, int bytes) {
    return new Numbered(sequence, Bytes.of(new byte[bytes]));
  }

  private static List<Long> numbers(List<Numbered> messages) {
    return messages.stream().map(Numbered::sequence).toList();
  }

  @Property(tries = 200)
  void itHoldsTheLatestWithinBothBoundsAndKnowsWhatItForgot(
      @ForAll @Size(max = 40) List<@IntRange(min = 0, max = 150) Integer> sizes) {
    History history = new History(MOST, MOST_BYTES);
    List<Numbered> model = new ArrayList<>();
    for (int i = 0; i < sizes.size(); i++) {
      Numbered message = message(i + 1, sizes.get(i));
      history.add(message);
      model.add(message);
      while (model.size() > MOST || bytes(model) > MOST_BYTES && model.size() > 1) {
        model.remove(0);
      }
      history.checkInvariants();
      assertThat(history.after(0, Integer.MAX_VALUE)).isEqualTo(model);
      assertThat(history.base()).isEqualTo(model.get(0).sequence() - 1);
    }
  }

  private static int bytes(List<Numbered> messages) {
    return messages.stream().mapToInt(message -> message.payload().size()).sum();
  }

  @Test
  void aPieceHasAtLeastOneMessageAndElseNoMoreThanTheLimit() {
    History history = new History(MOST, MOST_BYTES);
    for (int i = 1; i <= 5; i++) {
      history.add(message(i, 10));
    }
    assertThat(numbers(history.after(2, 20))).containsExactly(3L, 4L);
    assertThat(numbers(history.after(2, 1))).containsExactly(3L);
    assertThat(history.after(5, 100)).isEmpty();
  }
}
