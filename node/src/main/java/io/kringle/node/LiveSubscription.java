package io.kringle.node;

import io.kringle.pubsub.Messaging;
import io.kringle.ring.Bytes;
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

/** One subscriber of the Java API, which outlives the stack that it is subscribed at. */
final class LiveSubscription implements TopicSubscription {
  private static final Logger LOG = LoggerFactory.getLogger(LiveSubscription.class);

  private final Calls calls;
  private final Executor callbacks;
  private final String topic;
  private final TopicHandler handler;
  private final Consumer<LiveSubscription> cancelled;
  private volatile Messaging.@Nullable Subscription current;

  LiveSubscription(
      Calls calls,
      Executor callbacks,
      String topic,
      TopicHandler handler,
      Consumer<LiveSubscription> cancelled) {
    this.calls = calls;
    this.callbacks = callbacks;
    this.topic = topic;
    this.handler = handler;
    this.cancelled = cancelled;
  }

  CompletionStage<Messaging.Subscription> open() {
    return calls
        .<Messaging.Subscription>ask(
            (stack, done) -> stack.topics().subscribe(topic, subscriber(stack), done))
        .whenComplete(
            (subscription, failure) -> {
              if (failure == null) {
                current = subscription;
              } else {
                LOG.warn("cannot subscribe to '{}': {}", topic, failure.getMessage());
              }
            });
  }

  @Override
  public CompletionStage<Void> cancel() {
    cancelled.accept(this);
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
        callbacks.execute(() -> hand(message(event)));
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

  // Justification for the broad catch: a subscriber's mistake is its own, and must not end the
  // node.
  @SuppressWarnings("IllegalCatch")
  private void hand(TopicMessage message) {
    try {
      handler.received(message);
    } catch (RuntimeException mistake) {
      LOG.warn("a subscriber of '{}' threw", topic, mistake);
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
