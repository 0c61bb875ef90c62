package io.kringle.node;

import akka.actor.typed.ActorRef;
import io.kringle.ring.Result;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The way from any thread into the node and back. Each call completes exactly once: with the node's answer, or, when the
 * node ends or breaks first, with a failure. Bounded; a call too many fails at once.
 */
final class Calls {
  private final int limit;
  private final Executor callbacks;
  private final AtomicInteger count = new AtomicInteger();
  private final Set<Call<?>> waiting = ConcurrentHashMap.newKeySet();
  private volatile @Nullable ActorRef<NodeActor.Step> node;
  private volatile boolean closed;

  /**
   * Calls to a node that is not there yet.
   *
   * @param limit how many may wait at a time
   * @param callbacks completes the stages
   */
  Calls(int limit, Executor callbacks) {
    this.limit = limit;
    this.callbacks = callbacks;
  }

  /** Sends calls to {@code actor} from now on. */
  void connect(ActorRef<NodeActor.Step> actor) {
    node = actor;
  }

  /** Asks something of the node that answers by a callback. */
  <T> CompletionStage<T> ask(BiConsumer<Stack, Consumer<Result<T>>> question) {
    Call<T> call = new Call<>(question);
    if (count.incrementAndGet() > limit) {
      call.fail(KringleException.Kind.OVERLOADED, limit + " calls are waiting for an answer already");
      return call.future;
    }
    waiting.add(call);
    ActorRef<NodeActor.Step> target = node;
    if (closed) {
      call.fail(KringleException.Kind.CLOSED, "the node is closed");
    } else if (target == null) {
      call.fail(KringleException.Kind.UNAVAILABLE, "the node is not up yet");
    } else {
      target.tell(call);
    }
    return call.future;
  }

  /** Reads something of the node. */
  <T> CompletionStage<T> read(Function<Stack, T> question) {
    return ask((stack, done) -> done.accept(Result.ok(question.apply(stack))));
  }

  /** Runs {@code task} in a step of the node, unless the node has another stack by then, or none. */
  void enter(Stack expected, Runnable task) {
    ActorRef<NodeActor.Step> target = node;
    if (target != null) {
      target.tell(
          stack -> {
            if (stack == expected) {
              task.run();
            }
          });
    }
  }

  /** How many calls wait for an answer. */
  int waiting() {
    return count.get();
  }

  /** Fails what waits: the stack that should have answered is gone. New calls wait for the next one. */
  void disconnect() {
    node = null;
    waiting.forEach(call -> call.fail(KringleException.Kind.OUTCOME_UNKNOWN, "the node broke down and starts again"));
  }

  /** Fails what waits and what comes. */
  void close() {
    closed = true;
    waiting.forEach(call -> call.fail(KringleException.Kind.CLOSED, "the node was closed meanwhile"));
  }

  /** One call; itself the message that carries the question into the node. */
  private final class Call<T> implements NodeActor.Step {
    private final BiConsumer<Stack, Consumer<Result<T>>> question;
    private final CompletableFuture<T> future = new CompletableFuture<>();
    private volatile boolean over;

    Call(BiConsumer<Stack, Consumer<Result<T>>> question) {
      this.question = question;
    }

    @Override
    public void run(Stack stack) {
      if (!over) {
        question.accept(stack, this::answer);
      }
    }

    private void answer(Result<T> result) {
      if (finish()) {
        callbacks.execute(() -> complete(result));
      }
    }

    private void complete(Result<T> result) {
      if (result instanceof Result.Ok<T> ok) {
        future.complete(ok.value());
      } else if (result instanceof Result.Failed<T> failed) {
        future.completeExceptionally(KringleException.of(failed.failure()));
      }
    }

    private void fail(KringleException.Kind kind, String message) {
      if (finish()) {
        callbacks.execute(() -> future.completeExceptionally(new KringleException(kind, message)));
      }
    }

    private synchronized boolean finish() {
      if (over) {
        return false;
      }
      over = true;
      waiting.remove(this);
      count.decrementAndGet();
      return true;
    }
  }
}
