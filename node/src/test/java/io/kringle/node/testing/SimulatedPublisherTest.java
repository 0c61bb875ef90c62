package io.kringle.node.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.kringle.node.Kringle;
import io.kringle.node.KringleException;
import io.kringle.node.MissedMessages;
import io.kringle.node.TopicEvent;
import io.kringle.node.TopicMessage;
import io.kringle.pubsub.SubscribeOptions;
import io.kringle.pubsub.SubscribeOptions.Start;
import io.kringle.pubsub.SubscribeOptions.WhenSlow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Flow;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** A topic as a reactive stream, rule by rule of its specification. */
final class SimulatedPublisherTest {
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final String TOPIC = "news";
  private static final SubscribeOptions FEW =
      SubscribeOptions.DEFAULT.from(new Start.Oldest()).buffer(4, 1_000);

  /** Writes down what it is given. */
  private static class Probe implements Flow.Subscriber<TopicEvent> {
    final List<Long> heard = new ArrayList<>();
    final List<MissedMessages> missed = new ArrayList<>();
    final List<Throwable> errors = new ArrayList<>();
    final List<Flow.Subscription> subscriptions = new ArrayList<>();

    Flow.Subscription subscription() {
      return subscriptions.get(0);
    }

    @Override
    public void onSubscribe(Flow.Subscription given) {
      subscriptions.add(given);
    }

    @Override
    public void onNext(TopicEvent event) {
      if (event instanceof TopicMessage message) {
        heard.add(message.sequence());
      } else {
        missed.add((MissedMessages) event);
      }
    }

    @Override
    public void onError(Throwable why) {
      errors.add(why);
    }

    @Override
    public void onComplete() {
      throw new AssertionError("a topic has no end");
    }
  }

  private static List<Long> numbers(long first, long last) {
    return LongStream.rangeClosed(first, last).boxed().toList();
  }

  private static SimulatedRing<Kringle> ring() {
    return SimulatedRing.builder().nodes(3).seed(5).start();
  }

  private static void publish(SimulatedRing<Kringle> ring, int count) {
    for (int i = 0; i < count; i++) {
      ring.get(ring.node(0).topics().publish(TOPIC, "text"), SOON);
    }
  }

  private static <P extends Probe> P subscribe(
      SimulatedRing<Kringle> ring, P probe, SubscribeOptions options) {
    ring.node(1).topics().publisher(TOPIC, options).subscribe(probe);
    assertThat(probe.subscriptions).as("rule 1.9: first of all").hasSize(1);
    ring.run(SOON);
    return probe;
  }

  @Test
  void noMoreIsGivenThanWasAskedForAndNothingIsLeftOut() {
    try (SimulatedRing<Kringle> ring = ring()) {
      publish(ring, 300);
      Probe probe = subscribe(ring, new Probe(), FEW);
      assertThat(probe.heard).isEmpty();
      probe.subscription().request(3);
      ring.run(SOON);
      assertThat(probe.heard).isEqualTo(numbers(1, 3));
      probe.subscription().request(2);
      probe.subscription().request(1);
      ring.run(SOON);
      assertThat(probe.heard).isEqualTo(numbers(1, 6));
      probe.subscription().request(Long.MAX_VALUE);
      probe.subscription().request(Long.MAX_VALUE);
      publish(ring, 20);
      ring.run(SOON);
      assertThat(probe.heard).isEqualTo(numbers(1, 320));
    }
  }

  @Test
  void whoAsksFromWithinIsNotCalledFromWithin() {
    try (SimulatedRing<Kringle> ring = ring()) {
      publish(ring, 200);
      Probe probe =
          subscribe(
              ring,
              new Probe() {
                private boolean isCalled;

                @Override
                public void onSubscribe(Flow.Subscription given) {
                  super.onSubscribe(given);
                  given.request(1);
                }

                @Override
                public void onNext(TopicEvent event) {
                  assertThat(isCalled).as("rules 1.3 and 3.3").isFalse();
                  isCalled = true;
                  super.onNext(event);
                  subscription().request(1);
                  isCalled = false;
                }
              },
              FEW);
      assertThat(probe.heard).isEqualTo(numbers(1, 200));
    }
  }

  @Test
  void whoCancelsOrThrowsHearsNothingMore() {
    try (SimulatedRing<Kringle> ring = ring()) {
      publish(ring, 20);
      Probe canceller =
          new Probe() {
            @Override
            public void onNext(TopicEvent event) {
              super.onNext(event);
              if (heard.size() == 2) {
                subscription().cancel();
                subscription().cancel();
              }
            }
          };
      Probe thrower =
          new Probe() {
            @Override
            public void onNext(TopicEvent event) {
              super.onNext(event);
              throw new IllegalStateException("broken for a test");
            }
          };
      for (Probe probe : List.of(canceller, thrower)) {
        subscribe(ring, probe, FEW).subscription().request(10);
        ring.run(SOON);
        probe.subscription().request(10);
        ring.run(SOON);
        assertThat(probe.errors).isEmpty();
      }
      assertThat(canceller.heard).isEqualTo(numbers(1, 2));
      assertThat(thrower.heard).isEqualTo(numbers(1, 1));
    }
  }

  @Test
  void whoAsksForNothingIsToldTheRule() {
    try (SimulatedRing<Kringle> ring = ring()) {
      Probe probe = subscribe(ring, new Probe(), FEW);
      probe.subscription().request(0);
      probe.subscription().request(5);
      publish(ring, 3);
      ring.run(SOON);
      assertThat(probe.errors).hasSize(1);
      assertThat(probe.errors.get(0))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("3.9");
      assertThat(probe.heard).isEmpty();
    }
  }

  @Test
  void whatIsMissedIsAnEventAndAnEndIsAnError() {
    try (SimulatedRing<Kringle> ring = ring()) {
      Probe dropped = subscribe(ring, new Probe(), FEW.whenSlow(WhenSlow.DROP_OLDEST));
      Probe ended = subscribe(ring, new Probe(), FEW.whenSlow(WhenSlow.DISCONNECT));
      publish(ring, 20);
      ring.run(SOON);
      assertThat(ended.errors).as("first what it has").isEmpty();
      dropped.subscription().request(100);
      ended.subscription().request(100);
      ring.run(SOON);
      assertThat(dropped.missed).containsExactly(new MissedMessages(TOPIC, 5, 12));
      assertThat(dropped.heard).containsExactly(1L, 2L, 3L, 4L, 17L, 18L, 19L, 20L);
      assertThat(ended.heard).isEqualTo(numbers(1, 4));
      assertThat(ended.errors)
          .extracting(error -> ((KringleException) error).kind())
          .containsExactly(KringleException.Kind.OVERLOADED);
    }
  }
}
