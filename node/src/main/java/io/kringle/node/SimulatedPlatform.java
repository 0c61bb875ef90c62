package io.kringle.node;

import io.kringle.node.http.HttpGateway;
import io.kringle.ring.Timer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/** The platform of a simulated node: one thread, so whatever is to run may run at once. */
final class SimulatedPlatform implements Platform {
  private final SimulatedLife life;

  SimulatedPlatform(SimulatedLife life) {
    this.life = life;
  }

  @Override
  public Executor loop() {
    return Runnable::run;
  }

  @Override
  public Executor callbacks() {
    return Runnable::run;
  }

  @Override
  public KringleClock clock() {
    return new KringleClock() {
      @Override
      public long nanos() {
        return life.world().now();
      }

      @Override
      public Timer after(Duration delay, Runnable task) {
        return life.world().after(delay, task);
      }
    };
  }

  @Override
  public Keeper keeper(Calls calls, Consumer<Steps> begun, Runnable revived) {
    return new SimulatedKeeper(life, calls, begun);
  }

  @Override
  public CompletionStage<Optional<HttpGateway.Server>> serveHttp(Kringle node) {
    return CompletableFuture.completedFuture(Optional.empty());
  }

  /** Nothing happens in a simulation while somebody waits. */
  @Override
  public void await(CompletionStage<?> stage) {
    if (!stage.toCompletableFuture().isDone()) {
      throw new IllegalStateException(
          "nobody can wait on a simulated node: stop() tells by a stage when it has stopped");
    }
  }

  @Override
  public CompletionStage<Void> release() {
    return CompletableFuture.completedFuture(null);
  }
}
