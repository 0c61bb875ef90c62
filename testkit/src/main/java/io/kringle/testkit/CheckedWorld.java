package io.kringle.testkit;

import io.kringle.ring.Endpoint;
import io.kringle.ring.Message;
import io.kringle.ring.Peer;
import io.kringle.ring.Timer;
import io.kringle.ring.World;
import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * A world in which the invariants of a stack are checked after each timer. Whoever hands messages
 * to the stack checks after those.
 *
 * @param world the world as it is
 * @param check throws if an invariant is broken
 */
public record CheckedWorld(World world, Runnable check) implements World {

  @Override
  public long now() {
    return world.now();
  }

  @Override
  public RandomGenerator random() {
    return world.random();
  }

  @Override
  public Timer after(Duration delay, Runnable task) {
    return world.after(
        delay,
        () -> {
          task.run();
          check.run();
        });
  }

  @Override
  public boolean send(Peer to, Message message) {
    return world.send(to, message);
  }

  @Override
  public void contact(Endpoint to, Message message) {
    world.contact(to, message);
  }
}
