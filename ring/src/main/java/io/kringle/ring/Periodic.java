package io.kringle.ring;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Runs a task again and again; the first time after a random part of the period, so that nodes do
 * not move in step.
 */
final class Periodic implements Timer {
  private final World world;
  private final Supplier<Duration> period;
  private final Runnable task;
  private Optional<Timer> next = Optional.empty();

  private Periodic(World world, Supplier<Duration> period, Runnable task) {
    this.world = world;
    this.period = period;
    this.task = task;
  }

  static Periodic every(World world, Supplier<Duration> period, Runnable task) {
    Periodic periodic = new Periodic(world, period, task);
    periodic.soon();
    return periodic;
  }

  /** Runs the task next within one period from now. */
  void soon() {
    cancel();
    schedule(Duration.ofNanos(world.random().nextLong(period.get().toNanos())));
  }

  private void schedule(Duration delay) {
    next =
        Optional.of(
            world.after(
                delay,
                () -> {
                  schedule(period.get());
                  task.run();
                }));
  }

  @Override
  public void cancel() {
    next.ifPresent(Timer::cancel);
    next = Optional.empty();
  }
}
