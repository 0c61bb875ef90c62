package io.kringle.routing;

import io.kringle.ring.World;
import java.time.Duration;
import java.util.ArrayDeque;

/**
 * What must not happen within the call that causes it: done in a later step, in order, on one timer
 * for all.
 */
final class Soon {
  private final World world;
  private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
  private boolean armed;

  Soon(World world) {
    this.world = world;
  }

  void run(Runnable task) {
    tasks.add(task);
    arm();
  }

  /**
   * Runs what was there at the beginning; what that adds waits for a step of its own, so that
   * others get their turn.
   */
  private void runAll() {
    armed = false;
    for (int count = tasks.size(); count > 0; count--) {
      tasks.remove().run();
    }
    if (!tasks.isEmpty()) {
      arm();
    }
  }

  private void arm() {
    if (!armed) {
      armed = true;
      world.after(Duration.ZERO, this::runAll);
    }
  }
}
