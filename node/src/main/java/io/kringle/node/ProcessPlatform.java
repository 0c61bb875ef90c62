package io.kringle.node;

import io.kringle.node.http.HttpGateway;
import io.kringle.ring.Endpoint;
import io.kringle.ring.Timer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** The platform of a real node: an event loop, sockets, files. */
final class ProcessPlatform implements Platform {
  private final NodeConfig config;
  private final Executor callbacks;
  private final Host host = new Host();
  private final NodeLives lives;

  ProcessPlatform(NodeConfig config, Executor callbacks) {
    this.config = config;
    this.callbacks = callbacks;
    lives = new NodeLives(config, host);
  }

  @Override
  public Executor loop() {
    return host.loop();
  }

  @Override
  public Executor callbacks() {
    return callbacks;
  }

  @Override
  public KringleClock clock() {
    return new LoopClock();
  }

  @Override
  public Keeper keeper(Calls calls, Consumer<Steps> begun, Runnable revived) {
    return new RevivingKeeper(config, lives, calls, begun, revived);
  }

  @Override
  public CompletionStage<Optional<HttpGateway.Server>> serveHttp(Kringle node) {
    return config
        .http()
        .map(at -> serveHttp(node, at))
        .orElseGet(() -> CompletableFuture.completedFuture(Optional.empty()));
  }

  private CompletionStage<Optional<HttpGateway.Server>> serveHttp(Kringle node, Endpoint at) {
    return HttpGateway.start(node, config, at, host.system())
        .handle(
            (server, failure) -> {
              if (failure != null) {
                Throwable cause = failure.getCause() == null ? failure : failure.getCause();
                throw KringleException.cannotStart(
                    "cannot serve HTTP on " + at + ": " + cause.getMessage(), failure);
              }
              return Optional.of(server);
            });
  }

  @Override
  public void await(CompletionStage<?> stage) {
    stage.handle((value, failure) -> true).toCompletableFuture().join();
  }

  @Override
  public CompletionStage<Void> release() {
    return host.stop().thenCompose(stopped -> lives.close());
  }

  private final class LoopClock implements KringleClock {
    @Override
    public long nanos() {
      return System.nanoTime();
    }

    @Override
    public Timer after(Duration delay, Runnable task) {
      Future<?> scheduled =
          host.loop()
              .schedule(() -> callbacks.execute(task), delay.toNanos(), TimeUnit.NANOSECONDS);
      return () -> scheduled.cancel(false);
    }
  }
}
