package io.kringle.node;

import io.kringle.pubsub.SubscribeOptions;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A topic as a reactive stream: each of its subscribers has a subscription of its own. */
final class TopicPublisher implements Flow.Publisher<TopicEvent> {
  private static final Logger LOG = LoggerFactory.getLogger(TopicPublisher.class);

  private final KringleTopics topics;
  private final String topic;
  private final SubscribeOptions options;

  TopicPublisher(KringleTopics topics, String topic, SubscribeOptions options) {
    this.topics = topics;
    this.topic = topic;
    this.options = options;
  }

  @Override
  public void subscribe(Flow.Subscriber<? super TopicEvent> subscriber) {
    new Delivery(Objects.requireNonNull(subscriber, "the subscriber is null")).begin();
  }

  /** An event that waits to be asked for. */
  private record Waiting(TopicEvent event, CompletableFuture<Void> done) {}

  /**
   * One subscription. What waits is within the options' bounds, but for notices, of which there is
   * at most one between two messages. Signals come one after the other: whoever finds {@code
   * signals} at 0 gives them, and those that others have caused meanwhile.
   */
  private final class Delivery implements TopicHandler, Flow.Subscription {
    private final Queue<Waiting> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicLong demand = new AtomicLong();
    private final AtomicInteger signals = new AtomicInteger();
    private final CompletableFuture<TopicSubscription> opened = new CompletableFuture<>();
    private volatile Flow.@Nullable Subscriber<? super TopicEvent> subscriber;
    private volatile @Nullable Throwable failure;
    private volatile boolean isOver;

    /** Whether what waits is dropped for the failure. */
    private volatile boolean isUrgent;

    private Delivery(Flow.Subscriber<? super TopicEvent> subscriber) {
      this.subscriber = subscriber;
    }

    private void begin() {
      Flow.Subscriber<? super TopicEvent> to = subscriber;
      if (to != null) {
        to.onSubscribe(this);
      }
      topics
          .subscribe(topic, this, options)
          .whenComplete(
              (subscription, refusal) -> {
                if (refusal == null) {
                  opened.complete(subscription);
                } else {
                  fail(KringleException.of(refusal), false);
                }
              });
    }

    @Override
    public void request(long more) {
      if (more <= 0) {
        fail(new IllegalArgumentException("rule 3.9: asked for " + more + " events"), true);
      } else {
        demand.getAndUpdate(now -> now + more < 0 ? Long.MAX_VALUE : now + more);
        signal();
      }
    }

    @Override
    public void cancel() {
      isOver = true;
      release();
      signal();
    }

    @Override
    public void received(TopicMessage message) {
      take(message);
    }

    @Override
    public CompletionStage<?> take(TopicMessage message) {
      return put(message);
    }

    @Override
    public void missed(MissedMessages some) {
      put(some);
    }

    @Override
    public void ended(KringleException why) {
      fail(why, false);
    }

    private CompletionStage<Void> put(TopicEvent event) {
      Waiting next = new Waiting(event, new CompletableFuture<>());
      waiting.add(next);
      signal();
      return next.done();
    }

    /** As soon as there is something to release. */
    private void release() {
      var unused = opened.thenCompose(TopicSubscription::cancel);
    }

    private void fail(Throwable why, boolean isNow) {
      failure = why;
      isUrgent = isNow;
      signal();
    }

    private void signal() {
      int caused = signals.getAndIncrement() == 0 ? 1 : 0;
      while (caused > 0) {
        give();
        caused = signals.addAndGet(-caused);
      }
    }

    private void give() {
      boolean goesOn = true;
      while (goesOn && !isOver) {
        Throwable why = failure;
        if (why != null && (isUrgent || waiting.isEmpty())) {
          end(why);
        }
        goesOn = !isOver && demand.get() > 0 && next();
      }
      if (isOver) {
        waiting.clear();
        subscriber = null;
      }
    }

    private void end(Throwable why) {
      Flow.Subscriber<? super TopicEvent> to = subscriber;
      isOver = true;
      release();
      if (to != null) {
        to.onError(why);
      }
    }

    // Justification for the broad catch: rule 2.13, who throws is taken to have cancelled.
    @SuppressWarnings("IllegalCatch")
    private boolean next() {
      Waiting next = waiting.poll();
      Flow.Subscriber<? super TopicEvent> to = subscriber;
      if (next == null || to == null) {
        return false;
      }
      demand.getAndUpdate(now -> now == Long.MAX_VALUE ? now : now - 1);
      try {
        to.onNext(next.event());
      } catch (RuntimeException mistake) {
        LOG.warn("a subscriber of '{}' threw, and is taken to have cancelled", topic, mistake);
        cancel();
      }
      next.done().complete(null);
      return true;
    }
  }
}
