package io.kringle.node;

import io.kringle.replication.Watch;
import io.kringle.replication.WatchEvent;
import io.kringle.replication.WatchListener;
import io.kringle.replication.Watched;
import io.kringle.ring.Arc;
import io.kringle.ring.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One watch of the Java API. When its node's stack is replaced it begins anew: a reset of
 * everything, and then what is there.
 */
final class LiveWatch implements StoreWatch {
  private static final Logger LOG = LoggerFactory.getLogger(LiveWatch.class);

  private final Calls calls;
  private final Executor callbacks;
  private final Watched what;
  private final Function<List<StoreChange>, CompletionStage<?>> listener;
  private final Consumer<LiveWatch> whenClosed;
  private volatile @Nullable Watch current;
  private volatile boolean closed;

  /** Completes when the listener has taken the latest list; in steps of the node only. */
  private CompletableFuture<Void> handed = CompletableFuture.completedFuture(null);

  LiveWatch(
      Calls calls,
      Executor callbacks,
      Watched what,
      Function<List<StoreChange>, CompletionStage<?>> listener,
      Consumer<LiveWatch> whenClosed) {
    this.calls = calls;
    this.callbacks = callbacks;
    this.what = what;
    this.listener = listener;
    this.whenClosed = whenClosed;
  }

  CompletionStage<Watch> open() {
    return calls
        .<Watch>ask((stack, done) -> done.accept(stack.store().watch(what, at(stack))))
        .thenApply(this::opened);
  }

  void reopen() {
    var unused =
        calls
            .<Watch>ask(
                (stack, done) -> {
                  hand(stack, List.of(new StoreChange.Reset(Arc.CIRCLE)), () -> {});
                  done.accept(stack.store().watch(what, at(stack)));
                })
            .thenApply(this::opened)
            .exceptionally(
                failure -> {
                  LOG.warn("cannot watch '{}' again: {}", what.text(), failure.getMessage());
                  throw new CompletionException(failure);
                });
  }

  /** It may have been closed meanwhile. */
  private Watch opened(Watch watch) {
    current = watch;
    if (closed) {
      var unused = close();
    }
    return watch;
  }

  private WatchListener at(Stack stack) {
    return (events, taken) -> hand(stack, changes(events), taken);
  }

  /** After what was handed before, also by another stack. */
  private void hand(Stack stack, List<StoreChange> changes, Runnable taken) {
    handed = handed.thenComposeAsync(before -> take(changes), callbacks);
    var unused = handed.thenRun(() -> calls.enter(stack, taken));
  }

  // Justification for the broad catch: a listener's mistake is its own, and must not end the node.
  @SuppressWarnings("IllegalCatch")
  private CompletionStage<Void> take(List<StoreChange> changes) {
    CompletionStage<?> taking = CompletableFuture.completedFuture(null);
    try {
      taking = closed ? taking : listener.apply(changes);
    } catch (RuntimeException mistake) {
      LOG.warn("a watcher of '{}' threw", what.text(), mistake);
    }
    return taking.handle((done, mistake) -> null);
  }

  private static List<StoreChange> changes(List<WatchEvent> events) {
    List<StoreChange> changes = new ArrayList<>(events.size());
    for (WatchEvent event : events) {
      if (event instanceof WatchEvent.Changed changed) {
        changes.add(
            new StoreChange.Entry(
                changed.key(), changed.version(), changed.value().map(Bytes::array)));
      } else if (event instanceof WatchEvent.Reset reset) {
        changes.add(new StoreChange.Reset(reset.arc()));
      } else {
        changes.add(new StoreChange.Current());
      }
    }
    return changes;
  }

  @Override
  public CompletionStage<Void> close() {
    closed = true;
    whenClosed.accept(this);
    Watch ending = current;
    current = null;
    return ending == null
        ? CompletableFuture.completedFuture(null)
        : calls
            .<Boolean>read(
                stack -> {
                  ending.close();
                  return true;
                })
            .thenApply(ended -> null);
  }
}
