package io.kringle.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class InHandTest {
  private final InHand inHand = new InHand();
  private final Map<Long, CompletableFuture<Void>> handed = new TreeMap<>();
  private final List<Long> done = new ArrayList<>();

  private void take(long sequence) {
    inHand.take(
        sequence,
        () -> {
          assertThat(handed).as("handed before").doesNotContainKey(sequence);
          handed.put(sequence, new CompletableFuture<>());
          return handed.get(sequence);
        },
        () -> done.add(sequence));
  }

  private void finish(long sequence) {
    handed.get(sequence).complete(null);
  }

  @Test
  void anotherStackBeginsBeforeTheFirstThatIsInHand() {
    inHand.begin(5);
    assertThat(inHand.settled()).isEqualTo(4);
    take(5);
    take(6);
    take(7);
    assertThat(inHand.settled()).isEqualTo(4);
    finish(6);
    assertThat(inHand.settled()).isEqualTo(4);
    finish(5);
    assertThat(inHand.settled()).isEqualTo(6);
    finish(7);
    assertThat(inHand.settled()).isEqualTo(7);
  }

  @Test
  void whatComesAgainIsNotHandedAgainAndIsDoneWhenItIs() {
    inHand.begin(1);
    take(1);
    take(2);
    finish(2);
    assertThat(done).containsExactly(2L);
    take(1);
    take(2);
    assertThat(done).containsExactly(2L, 2L);
    finish(1);
    assertThat(done).containsExactlyInAnyOrder(2L, 2L, 1L, 1L);
    assertThat(handed).containsOnlyKeys(1L, 2L);
  }

  @Test
  void oneThatFailsIsDone() {
    inHand.begin(1);
    take(1);
    handed.get(1L).completeExceptionally(new IllegalStateException("refused"));
    assertThat(done).containsExactly(1L);
    assertThat(inHand.settled()).isEqualTo(1);
  }

  @Test
  void ofWhatIsMissedOnlyThatCountsWhichWasNotHanded() {
    inHand.begin(1);
    take(1);
    take(2);
    assertThat(inHand.skip(1, 5)).isEqualTo(3);
    assertThat(inHand.isPast(4)).isTrue();
    assertThat(inHand.isPast(5)).isFalse();
    inHand.begin(2);
    assertThat(inHand.isPast(4)).isTrue();
  }
}
