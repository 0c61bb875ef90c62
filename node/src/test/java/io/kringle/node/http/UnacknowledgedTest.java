package io.kringle.node.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class UnacknowledgedTest {
  private static final int MOST = 5;

  private final Unacknowledged stream = new Unacknowledged(MOST);
  private final Map<Long, CompletableFuture<Void>> sent = new LinkedHashMap<>();

  private void send(long... numbers) {
    for (long number : numbers) {
      sent.put(number, stream.add(number).toCompletableFuture());
    }
  }

  private List<Long> done() {
    return sent.keySet().stream().filter(number -> sent.get(number).isDone()).toList();
  }

  @Test
  void oneIsAcknowledgedOnce() {
    send(1, 2, 3);
    assertThat(stream.acknowledge(2)).isEqualTo(1);
    assertThat(stream.acknowledge(2)).isZero();
    assertThat(stream.acknowledge(4)).isZero();
    assertThat(done()).containsExactly(2L);
  }

  @Test
  void upToMeansWhatCameBeforeWhateverItsNumber() {
    send(7, 9, 5, 10);
    assertThat(stream.acknowledgeUpTo(9)).isEqualTo(2);
    assertThat(done()).containsExactly(7L, 9L);
    assertThat(stream.acknowledgeUpTo(9)).as("it is not there any more").isZero();
    assertThat(stream.acknowledgeUpTo(10)).isEqualTo(2);
    assertThat(done()).hasSize(4);
  }

  @Test
  void whatComesAgainIsAcknowledgedWhereItCame() {
    send(1, 2);
    CompletableFuture<Void> first = sent.get(1L);
    send(1);
    assertThat(stream.acknowledgeUpTo(2)).isEqualTo(1);
    assertThat(stream.acknowledgeUpTo(1)).isEqualTo(1);
    assertThat(sent.get(1L)).isDone();
    assertThat(first).as("it was taken away").isNotDone();
  }

  @Test
  void theOldestIsForgottenWhenThereAreTooMany() {
    for (long number = 1; number <= MOST + 1; number++) {
      send(number);
    }
    assertThat(stream.acknowledgeUpTo(MOST + 1)).isEqualTo(MOST);
    assertThat(sent.get(1L)).isNotDone();
  }
}
