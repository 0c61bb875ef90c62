package io.kringle.node;

import io.kringle.ring.Result;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The way from any thread into the node and back. Calls gather in a queue, and enter the node
 * together, in one step; between two lives they wait there. Each completes exactly once: with the
 * node's answer, or, when the node breaks or is closed first, with a failure. Bounded; a call too
 * many fails at once.
 */
final class Calls {
  private static final int BATCH = 256;

  private final int limit;
  private final Executor loop;
  private final Executor callbacks;
  private final AtomicInteger waiting = new AtomicInteger();
  private final Queue<Entrant> arriving = new ConcurrentLinkedQueue<>();

  /** Whether a step that takes the arriving calls in is on its way. */
  private final AtomicBoolean expected = new AtomicBoolean();

  /**
   * Calls that have entered the node and were not answered. On the loop only; each knows its index.
   */
  private final List<Call<?>> entered = new ArrayList<>();

  private volatile @Nullable Steps node;
  private volatile boolean closed;

  /**
   * Calls to a node that is not there yet.
   *
   * @param limit how many may wait at a time
   * @param loop runs what must not run at the same time as a step of the node
   * @param callbacks completes the stages
   */
  Calls(int limit, Executor loop, Executor callbacks) {
    this.limit = limit;
    this.loop = loop;
    this.callbacks = callbacks;
  }

  /** Sends calls to {@code life} from now on. */
  void connect(Steps life) {
    node = life;
    life.tell(this::enter);
  }

  /** Asks something of the node that answers by a callback. */
  <T> CompletionStage<T> ask(BiConsumer<Stack, Consumer<Result<T>>> question) {
    Call<T> call = new Call<>(question);
    if (waiting.incrementAndGet() > limit) {
      call.fail(
          KringleException.Kind.OVERLOADED, limit + " calls are waiting for an answer already");
      return call.future;
    }
    arriving.add(call);
    expect();
    if (closed) {
      failArriving();
    }
    return call.future;
  }

  /** Reads something of the node. */
  <T> CompletionStage<T> read(Function<Stack, T> question) {
    return ask((stack, done) -> done.accept(Result.ok(question.apply(stack))));
  }

  /**
   * Takes in what waits; a batch at a time, so that calls which cause calls do not keep everything
   * else out.
   */
  private void enter(Stack stack) {
    expected.set(false);
    for (int i = 0; i < BATCH; i++) {
      Entrant next = arriving.poll();
      if (next == null) {
        return;
      }
      next.enter(stack);
    }
    expect();
  }

  /**
   * Runs {@code task} in a step of the node, unless the node has another stack by then, or none.
   */
  void enter(Stack asked, Runnable task) {
    arriving.add(new Task(asked, task));
    expect();
  }

  private void expect() {
    Steps target = node;
    if (target != null && expected.compareAndSet(false, true)) {
      target.tell(this::enter);
    }
  }

  /** How many calls wait for an answer. */
  int waiting() {
    return waiting.get();
  }

  /**
   * Fails what has entered: the stack that should have answered is gone. Calls that come now wait
   * for the next one.
   */
  void disconnect() {
    node = null;
    loop.execute(
        () ->
            failEntered(
                KringleException.Kind.OUTCOME_UNKNOWN, "the node broke down and starts again"));
  }

  /** Fails what waits and what comes. */
  void close() {
    closed = true;
    failArriving();
    loop.execute(() -> failEntered(KringleException.Kind.CLOSED, "the node was closed meanwhile"));
  }

  private void failArriving() {
    for (Entrant next = arriving.poll(); next != null; next = arriving.poll()) {
      next.refuse();
    }
  }

  private void failEntered(KringleException.Kind kind, String message) {
    while (!entered.isEmpty()) {
      Call<?> call = entered.get(entered.size() - 1);
      call.leave();
      call.fail(kind, message);
    }
  }

  /** What waits to enter the node. */
  private interface Entrant {
    void enter(Stack stack);

    void refuse();
  }

  /** The answer of a handler to a stack that has asked it. */
  private record Task(Stack asked, Runnable task) implements Entrant {
    @Override
    public void enter(Stack stack) {
      if (stack == asked) {
        task.run();
      }
    }

    @Override
    public void refuse() {
      // Nobody waits for it any more.
    }
  }

  /** One call: first in the queue, then entered, then over. */
  private final class Call<T> implements Entrant {
    private static final int OVER = -1;

    private final BiConsumer<Stack, Consumer<Result<T>>> question;
    private final CompletableFuture<T> future = new CompletableFuture<>();

    /** Its place among those that have entered. */
    private int index = OVER;

    Call(BiConsumer<Stack, Consumer<Result<T>>> question) {
      this.question = question;
    }

    @Override
    public void enter(Stack stack) {
      index = entered.size();
      entered.add(this);
      question.accept(stack, this::answer);
    }

    @Override
    public void refuse() {
      fail(KringleException.Kind.CLOSED, "the node is closed");
    }

    /** The last one takes its place. */
    void leave() {
      Call<?> last = entered.remove(entered.size() - 1);
      if (last != this) {
        entered.set(index, last);
        last.index = index;
      }
      index = OVER;
    }

    /** An answer to a call that was failed meanwhile comes too late. */
    private void answer(Result<T> result) {
      if (index != OVER) {
        leave();
        waiting.decrementAndGet();
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
      waiting.decrementAndGet();
      callbacks.execute(() -> future.completeExceptionally(new KringleException(kind, message)));
    }
  }
}
