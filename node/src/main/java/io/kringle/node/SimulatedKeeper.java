package io.kringle.node;

import io.kringle.ring.Id;
import io.kringle.ring.Peer;
import io.kringle.ring.Result;
import io.kringle.ring.Timer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * Keeps a simulated node for one life. Broken invariants are not survived here: what a step throws
 * comes out of the simulation, and whoever runs it sees it.
 */
final class SimulatedKeeper implements Keeper {
  private final SimulatedLife life;
  private final Calls calls;
  private final Consumer<Steps> begun;
  private final CompletableFuture<Void> ended = new CompletableFuture<>();
  private boolean member;
  private boolean stopping;

  SimulatedKeeper(SimulatedLife life, Calls calls, Consumer<Steps> begun) {
    this.life = life;
    this.calls = calls;
    this.begun = begun;
  }

  @Override
  public CompletionStage<Id> start() {
    CompletableFuture<Id> joined = new CompletableFuture<>();
    begun.accept(steps());
    calls.connect(steps());
    life.inStep(stack -> life.enter(result -> entered(result, joined)));
    return joined;
  }

  private void entered(Result<Id> result, CompletableFuture<Id> joined) {
    if (result instanceof Result.Ok<Id> ok) {
      member = true;
      life.entered(ok.value());
      joined.complete(ok.value());
    } else if (result instanceof Result.Failed<Id> failed) {
      joined.completeExceptionally(KringleException.cannotStart(failed.failure().message()));
    }
  }

  @Override
  public CompletionStage<Void> stop() {
    if (!stopping) {
      stopping = true;
      life.inStep(this::takeLeave);
    }
    return ended;
  }

  private void takeLeave(Stack stack) {
    if (!member) {
      end();
      return;
    }
    Timer late = life.world().after(life.config().stopTimeout(), this::end);
    stack.stop(
        () -> {
          late.cancel();
          end();
        });
  }

  private void end() {
    calls.close();
    life.end();
    ended.complete(null);
  }

  @Override
  public CompletionStage<Void> ended() {
    return ended;
  }

  @Override
  public Peer self() {
    return life.ring().self();
  }

  @Override
  public Steps steps() {
    return life::inStep;
  }
}
