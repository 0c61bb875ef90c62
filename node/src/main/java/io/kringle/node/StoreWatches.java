package io.kringle.node;

import io.kringle.replication.Watched;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Function;

/** The watches of the Java API, which outlive the stack that they are open at. */
final class StoreWatches {
  private final Calls calls;
  private final Executor callbacks;
  private final Set<LiveWatch> open = ConcurrentHashMap.newKeySet();

  StoreWatches(Calls calls, Executor callbacks) {
    this.calls = calls;
    this.callbacks = callbacks;
  }

  CompletionStage<StoreWatch> open(
      Watched what, Function<List<StoreChange>, CompletionStage<?>> listener) {
    LiveWatch watch = new LiveWatch(calls, callbacks, what, listener, open::remove);
    return watch
        .open()
        .thenApply(
            opened -> {
              open.add(watch);
              return watch;
            });
  }

  /** Opens them again, at a stack that has taken the place of a broken one. */
  void reopen() {
    open.forEach(LiveWatch::reopen);
  }
}
