package io.kringle.store.engine;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Steps of a node, run when the test says so, on its thread. */
final class StepQueue implements Executor {
  private final BlockingQueue<Runnable> steps = new LinkedBlockingQueue<>();

  @Override
  public void execute(Runnable step) {
    steps.add(step);
  }

  /** Runs the steps that are there. */
  void run() {
    for (Runnable step = steps.poll(); step != null; step = steps.poll()) {
      step.run();
    }
  }

  /** Waits for a step from another thread, and runs it. */
  void runOne() throws InterruptedException {
    Runnable step = steps.poll(10, TimeUnit.SECONDS);
    if (step == null) {
      throw new AssertionError("no step within 10 s");
    }
    step.run();
  }
}
