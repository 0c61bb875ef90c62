package io.kringle.node.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.kringle.node.Kringle;
import io.kringle.node.KringleException;
import io.kringle.node.MissedMessages;
import io.kringle.node.TopicHandler;
import io.kringle.node.TopicMessage;
import io.kringle.node.TopicSubscription;
import io.kringle.pubsub.SubscribeOptions;
import io.kringle.pubsub.SubscribeOptions.Start;
import io.kringle.pubsub.SubscribeOptions.WhenSlow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Subscriptions of all kinds through the API that applications use, in virtual time. */
final class SimulatedSubscriptionsTest {
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final String TOPIC = "news";

  private final Slow slow = new Slow();

  /** A handler that is done with messages when the test says so. */
  private static final class Slow implements TopicHandler {
    private final List<Long> heard = new ArrayList<>();
    private final List<MissedMessages> missed = new ArrayList<>();
    private final List<KringleException> ends = new ArrayList<>();
    private final List<CompletableFuture<Void>> undone = new ArrayList<>();
    private boolean isReady;

    @Override
    public void received(TopicMessage message) {
      throw new AssertionError("the other form is called");
    }

    @Override
    public CompletionStage<?> take(TopicMessage message) {
      heard.add(message.sequence());
      CompletableFuture<Void> done = new CompletableFuture<>();
      if (isReady) {
        done.complete(null);
      } else {
        undone.add(done);
      }
      return done;
    }

    @Override
    public void missed(MissedMessages some) {
      missed.add(some);
    }

    @Override
    public void ended(KringleException why) {
      ends.add(why);
    }

    private void ready() {
      isReady = true;
      List<CompletableFuture<Void>> all = List.copyOf(undone);
      undone.clear();
      all.forEach(done -> done.complete(null));
    }
  }

  private static SimulatedRing<Kringle> ring() {
    return SimulatedRing.builder().nodes(4).seed(11).start();
  }

  private static void publish(SimulatedRing<Kringle> ring, int count) {
    for (int i = 0; i < count; i++) {
      ring.get(ring.node(i % 3).topics().publish(TOPIC, "text"), SOON);
    }
  }

  private static List<Long> numbers(long first, long last) {
    return LongStream.rangeClosed(first, last).boxed().toList();
  }

  private TopicSubscription subscribe(SimulatedRing<Kringle> ring, SubscribeOptions options) {
    return ring.get(ring.node(3).topics().subscribe(TOPIC, slow, options), SOON);
  }

  @Test
  void whoBeginsInThePastAndIsHeldBackGetsEverything() {
    try (SimulatedRing<Kringle> ring = ring()) {
      publish(ring, 300);
      SubscribeOptions options =
          SubscribeOptions.DEFAULT.from(new Start.After(20)).buffer(5, 1_000);
      TopicSubscription subscription = subscribe(ring, options);
      publish(ring, 20);
      ring.run(SOON);
      assertThat(subscription.first()).isEqualTo(21);
      assertThat(slow.heard).isEqualTo(numbers(21, 25));
      slow.ready();
      ring.run(SOON);
      assertThat(slow.heard).isEqualTo(numbers(21, 320));
      ring.get(subscription.cancel(), SOON);
      publish(ring, 5);
      assertThat(slow.heard).isEqualTo(numbers(21, 320));
    }
  }

  @Test
  void ofTheOldestSomeAreDroppedWithNotice() {
    try (SimulatedRing<Kringle> ring = ring()) {
      SubscribeOptions options =
          SubscribeOptions.DEFAULT.whenSlow(WhenSlow.DROP_OLDEST).buffer(5, 1_000);
      var unused = subscribe(ring, options);
      publish(ring, 30);
      slow.ready();
      ring.run(SOON);
      assertThat(slow.missed).containsExactly(new MissedMessages(TOPIC, 6, 20));
      assertThat(slow.heard).containsExactly(1L, 2L, 3L, 4L, 5L, 26L, 27L, 28L, 29L, 30L);
    }
  }

  @Test
  void aDurableSubscriptionGoesOnAtAnotherNodeAfterACrashOrAStop() {
    for (boolean inOrder : List.of(true, false)) {
      try (SimulatedRing<Kringle> ring = ring()) {
        List<Long> before = new ArrayList<>();
        SubscribeOptions options = SubscribeOptions.DEFAULT.durable("mine");
        TopicHandler first = message -> before.add(message.sequence());
        var unused = ring.get(ring.node(3).topics().subscribe(TOPIC, first, options), SOON);
        publish(ring, 20);
        ring.run(SOON);
        publish(ring, 3);
        if (inOrder) {
          ring.get(ring.stop(3), SOON);
        } else {
          ring.crash(3);
        }
        publish(ring, 20);
        slow.ready();
        slow.heard.clear();
        var other = ring.get(ring.node(1).topics().subscribe(TOPIC, slow, options), SOON);
        ring.run(SOON);
        assertThat(other.first()).isBetween(21L, inOrder ? before.size() + 1L : 24L);
        assertThat(before.size() + 1L - other.first()).isBetween(0L, inOrder ? 0L : 3L);
        assertThat(slow.heard).isEqualTo(numbers(other.first(), 43));
      }
    }
  }

  @Test
  void whoIsToBeDisconnectedHearsIt() {
    try (SimulatedRing<Kringle> ring = ring()) {
      SubscribeOptions options =
          SubscribeOptions.DEFAULT.whenSlow(WhenSlow.DISCONNECT).buffer(5, 1_000);
      var unused = subscribe(ring, options);
      publish(ring, 30);
      ring.run(SOON);
      assertThat(slow.ends)
          .extracting(KringleException::kind)
          .containsExactly(KringleException.Kind.OVERLOADED);
      assertThat(slow.heard).isEqualTo(numbers(1, 5));
    }
  }
}
