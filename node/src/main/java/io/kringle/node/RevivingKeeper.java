package io.kringle.node;

import io.kringle.ring.Id;
import io.kringle.ring.Peer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a real node alive: starts it, starts it anew when a step of it has thrown, a bounded number
 * of times, and ends it in order. A broken life is closed as it is, and nothing of it is used again
 * but its files. Works on a thread of its own, on which it may wait.
 */
final class RevivingKeeper implements Keeper {
  private static final Logger LOG = LoggerFactory.getLogger(RevivingKeeper.class);

  /** The ring gives up by itself, and says why; this is for when it does not. */
  private static final Duration GRACE = Duration.ofSeconds(5);

  private final NodeConfig config;
  private final Life.Maker maker;
  private final Calls calls;
  private final Consumer<Steps> begun;
  private final Runnable revived;
  private final Deque<Long> restarts = new ArrayDeque<>();
  private final CompletableFuture<Void> ended = new CompletableFuture<>();
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread keeper = new Thread(task, "kringle-keeper");
            keeper.setDaemon(true);
            return keeper;
          });
  private volatile @Nullable Life life;
  private boolean stopping;

  /**
   * A keeper of no life yet.
   *
   * @param begun told the way into each life before anything else goes there
   * @param revived told when a later life has joined the ring
   */
  RevivingKeeper(
      NodeConfig config, Life.Maker maker, Calls calls, Consumer<Steps> begun, Runnable revived) {
    this.config = config;
    this.maker = maker;
    this.calls = calls;
    this.begun = begun;
    this.revived = revived;
  }

  /** Starts the first life. */
  @Override
  public CompletionStage<Life> start() {
    return CompletableFuture.supplyAsync(this::live, thread);
  }

  @Override
  public CompletionStage<Void> stop() {
    if (!thread.isShutdown()) {
      thread.execute(this::takeLeave);
      thread.shutdown();
    }
    return ended;
  }

  @Override
  public CompletionStage<Void> ended() {
    return ended;
  }

  @Override
  public Peer self() {
    return life().self();
  }

  @Override
  public Steps steps() {
    return life().steps();
  }

  private Life life() {
    Life present = life;
    if (present == null) {
      throw new IllegalStateException("the node was not started");
    }
    return present;
  }

  private Life live() {
    CompletableFuture<Id> joined = new CompletableFuture<>();
    Life present = maker.begin(thrown -> broke(thrown, joined));
    life = present;
    try {
      begun.accept(present.steps());
      calls.connect(present.steps());
      present.enter().whenComplete((ringId, failure) -> finish(joined, ringId, failure));
      Duration patience = config.startTimeout().plus(GRACE);
      await(joined, patience, "joining took longer than " + patience.toSeconds() + " s");
      var unused = present.outgrown().thenRun(() -> later(() -> moveOver(present)));
      return present;
    } catch (KringleException failed) {
      life = null;
      present.close();
      throw failed;
    }
  }

  private static void finish(CompletableFuture<Id> joined, Id ringId, @Nullable Throwable failure) {
    if (failure == null) {
      joined.complete(ringId);
    } else {
      joined.completeExceptionally(failure);
    }
  }

  /** Told on the node's loop. */
  private void broke(Throwable thrown, CompletableFuture<Id> joined) {
    boolean whileJoining = joined.completeExceptionally(thrown);
    if (!whileJoining) {
      later(() -> revive(thrown));
    }
  }

  private void later(Runnable task) {
    if (!thread.isShutdown()) {
      thread.execute(task);
    }
  }

  /** Leaves a ring of its own, in which it is alone and keeps nothing, for the one of its seeds. */
  private void moveOver(Life outgrown) {
    if (stopping || outgrown != life) {
      return;
    }
    calls.disconnect();
    outgrown.close();
    outgrown.forgetRing();
    liveAgain();
  }

  private void revive(Throwable thrown) {
    if (stopping) {
      return;
    }
    calls.disconnect();
    life().close();
    long now = System.nanoTime();
    restarts.removeIf(at -> now - at > config.restartWindow().toNanos());
    if (restarts.size() >= config.restarts()) {
      giveUp(
          new KringleException(
              KringleException.Kind.CANNOT_START, "the node broke down too often", thrown));
      return;
    }
    restarts.add(now);
    LOG.warn("the node starts again, {} of {}", restarts.size(), config.restarts());
    liveAgain();
  }

  private void liveAgain() {
    try {
      live();
      revived.run();
    } catch (KringleException failed) {
      giveUp(failed);
    }
  }

  private void giveUp(KringleException why) {
    stopping = true;
    calls.close();
    ended.completeExceptionally(why);
  }

  private void takeLeave() {
    if (stopping) {
      return;
    }
    stopping = true;
    Life present = life;
    if (present != null) {
      CompletableFuture<Boolean> left = new CompletableFuture<>();
      present.steps().tell(stack -> stack.stop(() -> left.complete(true)));
      try {
        await(left, config.stopTimeout(), "taking leave took longer than " + config.stopTimeout());
      } catch (KringleException late) {
        LOG.warn("{}; going without", late.getMessage());
      }
      calls.close();
      present.close();
    }
    ended.complete(null);
  }

  private static <T> T await(CompletableFuture<T> future, Duration patience, String otherwise) {
    try {
      return future.orTimeout(patience.toNanos(), TimeUnit.NANOSECONDS).join();
    } catch (CompletionException failed) {
      throw explain(failed, otherwise);
    }
  }

  private static KringleException explain(CompletionException failed, String late) {
    Throwable cause = failed.getCause();
    while (cause instanceof CompletionException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    if (cause instanceof KringleException known) {
      return known;
    }
    return KringleException.cannotStart(
        cause instanceof TimeoutException ? late : "a step of the node failed: " + cause, failed);
  }
}
