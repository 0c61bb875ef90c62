package io.kringle.node;

import io.kringle.pubsub.GroupOptions;
import io.kringle.pubsub.Messaging;
import io.kringle.ring.Result;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One member of a group in the Java API, which outlives the stack that it takes part at. What the
 * handler had in hand when a stack broke down is handed out again, to it or to another.
 */
final class LiveMembership implements GroupMembership {
  private static final Logger LOG = LoggerFactory.getLogger(LiveMembership.class);

  private final Calls calls;
  private final Executor callbacks;
  private final String topic;
  private final String group;
  private final TopicHandler handler;
  private final GroupOptions options;
  private final Consumer<LiveMembership> over;
  private volatile Messaging.@Nullable Membership current;
  private volatile boolean closed;

  /**
   * One that has not begun.
   *
   * @param over told when it has left, or has ended
   */
  LiveMembership(
      Calls calls,
      Executor callbacks,
      String topic,
      String group,
      TopicHandler handler,
      GroupOptions options,
      Consumer<LiveMembership> over) {
    this.calls = calls;
    this.callbacks = callbacks;
    this.topic = topic;
    this.group = group;
    this.handler = handler;
    this.options = options;
    this.over = over;
  }

  CompletionStage<GroupMembership> open() {
    return calls
        .<Messaging.Membership>ask(
            (stack, done) -> stack.topics().join(topic, group, member(stack), options, done))
        .thenApply(this::opened);
  }

  /** It may have left meanwhile. */
  private GroupMembership opened(Messaging.Membership membership) {
    current = membership;
    if (closed) {
      var unused = leave();
    }
    return this;
  }

  /** At a new stack, which may take its time to find the ring. */
  void reopen() {
    open()
        .whenComplete(
            (membership, failure) -> {
              if (failure != null) {
                notReopened(KringleException.of(failure));
              }
            });
  }

  /** If it was this stack again that broke down, the next one is on its way. */
  private void notReopened(KringleException failure) {
    LOG.warn("cannot join '{}' of '{}' again: {}", group, topic, failure.getMessage());
    KringleException.Kind kind = failure.kind();
    if (kind == KringleException.Kind.TIMEOUT && !closed) {
      reopen();
    } else if (kind != KringleException.Kind.OUTCOME_UNKNOWN && !closed) {
      closed = true;
      over.accept(this);
      callbacks.execute(() -> handler.ended(failure));
    }
  }

  @Override
  public CompletionStage<Void> leave() {
    closed = true;
    over.accept(this);
    Messaging.Membership ending = current;
    current = null;
    return ending == null
        ? CompletableFuture.completedFuture(null)
        : calls
            .<Boolean>ask((stack, done) -> ending.leave(() -> done.accept(Result.ok(true))))
            .thenApply(left -> null);
  }

  private Messaging.Member member(Stack stack) {
    return (event, handled) ->
        callbacks.execute(
            () ->
                take(new TopicMessage(event.topic(), event.sequence(), event.payload().array()))
                    .whenComplete(
                        (done, failure) ->
                            calls.enter(stack, () -> handled.accept(failure == null))));
  }

  // Justification for the broad catch: a handler's mistake gives the message back, and must not end
  // the node.
  @SuppressWarnings("IllegalCatch")
  private CompletionStage<?> take(TopicMessage message) {
    try {
      return closed
          ? CompletableFuture.failedFuture(new IllegalStateException("it has left"))
          : handler.take(message);
    } catch (RuntimeException mistake) {
      LOG.warn("a member of '{}' of '{}' threw, which gives it back", group, topic, mistake);
      return CompletableFuture.failedFuture(mistake);
    }
  }
}
