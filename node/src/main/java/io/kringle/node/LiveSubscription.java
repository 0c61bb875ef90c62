package io.kringle.node;

import io.kringle.pubsub.Messaging;
import io.kringle.pubsub.SubscribeOptions;
import io.kringle.pubsub.SubscribeOptions.Start;
import io.kringle.ring.Bytes;
import io.kringle.ring.Failure;
import io.kringle.ring.Result;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One subscriber of the Java API, which outlives the stack that it is subscribed at: at the next
 * one it goes on with what it is not done with, of which it is handed only what it was not yet.
 */
final class LiveSubscription implements TopicSubscription {
  private static final Logger LOG = LoggerFactory.getLogger(LiveSubscription.class);

  private final Calls calls;
  private final Executor callbacks;
  private final String topic;
  private final TopicHandler handler;
  private final SubscribeOptions options;
  private final Consumer<LiveSubscription> over;
  private volatile Messaging.@Nullable Subscription current;
  private volatile boolean closed;

  private final InHand inHand = new InHand();
  private volatile long first;

  /** Completes when the handler was called with the latest; in steps of the node only. */
  private CompletableFuture<Void> handed = CompletableFuture.completedFuture(null);

  /**
   * One that is not open.
   *
   * @param over told when it is cancelled, or has ended
   */
  LiveSubscription(
      Calls calls,
      Executor callbacks,
      String topic,
      TopicHandler handler,
      SubscribeOptions options,
      Consumer<LiveSubscription> over) {
    this.calls = calls;
    this.callbacks = callbacks;
    this.topic = topic;
    this.handler = handler;
    this.options = options;
    this.over = over;
  }

  CompletionStage<Messaging.Subscription> open() {
    return calls.<Messaging.Subscription>ask(this::open).thenApply(this::opened);
  }

  private void open(Stack stack, Consumer<Result<Messaging.Subscription>> done) {
    SubscribeOptions now =
        inHand.hasBegun() ? options.from(new Start.Resume(inHand.settled())) : options;
    stack
        .topics()
        .subscribe(topic, subscriber(stack), now, result -> done.accept(result.map(this::placed)));
  }

  /** Of what is missed before its first message, it has yet to hear. */
  private Messaging.Subscription placed(Messaging.Subscription subscription) {
    inHand.begin(subscription.settled() + 1);
    first = first == 0 ? subscription.next() : first;
    return subscription;
  }

  /** It may have been cancelled meanwhile. */
  private Messaging.Subscription opened(Messaging.Subscription subscription) {
    current = subscription;
    if (closed) {
      var unused = cancel();
    }
    return subscription;
  }

  /** At a new stack, which may take its time to find the ring. */
  void reopen() {
    open()
        .whenComplete(
            (subscription, failure) -> {
              if (failure != null) {
                notReopened(KringleException.of(failure));
              }
            });
  }

  /** If it was this stack again that broke down, the next one is on its way. */
  private void notReopened(KringleException failure) {
    LOG.warn("cannot subscribe to '{}' again: {}", topic, failure.getMessage());
    KringleException.Kind kind = failure.kind();
    if (kind == KringleException.Kind.TIMEOUT && !closed) {
      reopen();
    } else if (kind != KringleException.Kind.OUTCOME_UNKNOWN && !closed) {
      end(failure);
    }
  }

  private void end(KringleException why) {
    closed = true;
    over.accept(this);
    guarded(() -> handler.ended(why));
  }

  boolean isDurable() {
    return options.durable().isPresent();
  }

  @Override
  public long first() {
    return first;
  }

  @Override
  public CompletionStage<Void> cancel() {
    closed = true;
    over.accept(this);
    Messaging.Subscription ending = current;
    current = null;
    return ending == null
        ? CompletableFuture.completedFuture(null)
        : calls
            .<Boolean>ask((stack, done) -> ending.cancel(() -> done.accept(Result.ok(true))))
            .thenApply(ended -> null);
  }

  private Messaging.Subscriber subscriber(Stack stack) {
    return new Messaging.Subscriber() {
      @Override
      public void received(Messaging.Event event) {
        received(event, () -> {});
      }

      @Override
      public void received(Messaging.Event event, Runnable done) {
        inHand.take(event.sequence(), () -> hand(event), () -> calls.enter(stack, done));
      }

      @Override
      public void missed(Messaging.Missed some) {
        long end = some.from() + some.count();
        if (!inHand.isPast(end - 1)) {
          long from = inHand.skip(some.from(), end);
          hand(() -> handler.missed(new MissedMessages(topic, from, end - from)));
        }
      }

      @Override
      public void ended(Failure why) {
        handed = handed.thenRunAsync(() -> end(KringleException.of(why)), callbacks);
      }

      @Override
      public void offered(Messaging.Event event, Consumer<Result<Bytes>> decide) {
        callbacks.execute(
            () ->
                offer(message(event))
                    .thenApply(LiveSubscription::verdict)
                    .exceptionally(
                        failure -> KringleTopics.refused("failed: " + failure.getMessage()))
                    .thenAccept(verdict -> calls.enter(stack, () -> decide.accept(verdict))));
      }
    };
  }

  /** Completes when the handler is done with it. */
  private CompletionStage<Void> hand(Messaging.Event event) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    hand(() -> take(message(event)).whenComplete((ok, bad) -> done.complete(null)));
    return done;
  }

  /** After what was handed before, also by another stack. */
  private void hand(Runnable call) {
    handed = handed.thenRunAsync(() -> guarded(call), callbacks);
  }

  // Justification for the broad catches: a subscriber's mistake is its own, and must not end the
  // node.
  @SuppressWarnings("IllegalCatch")
  private void guarded(Runnable call) {
    try {
      call.run();
    } catch (RuntimeException mistake) {
      LOG.warn("a subscriber of '{}' threw", topic, mistake);
    }
  }

  @SuppressWarnings("IllegalCatch")
  private CompletionStage<?> take(TopicMessage message) {
    try {
      return closed ? CompletableFuture.completedFuture(null) : handler.take(message);
    } catch (RuntimeException mistake) {
      LOG.warn("a subscriber of '{}' threw", topic, mistake);
      return CompletableFuture.failedFuture(mistake);
    }
  }

  @SuppressWarnings("IllegalCatch")
  private CompletionStage<Optional<byte[]>> offer(TopicMessage message) {
    try {
      return Objects.requireNonNull(handler.offered(message), "it returned null");
    } catch (RuntimeException mistake) {
      return CompletableFuture.failedFuture(mistake);
    }
  }

  private static Result<Bytes> verdict(Optional<byte[]> reply) {
    return reply
        .map(bytes -> Result.ok(Bytes.of(bytes)))
        .orElseGet(() -> KringleTopics.refused("refused"));
  }

  private static TopicMessage message(Messaging.Event event) {
    return new TopicMessage(event.topic(), event.sequence(), event.payload().array());
  }
}
