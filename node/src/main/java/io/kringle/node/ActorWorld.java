package io.kringle.node;

import akka.actor.typed.ActorRef;
import io.kringle.ring.Endpoint;
import io.kringle.ring.Message;
import io.kringle.ring.Peer;
import io.kringle.ring.Timer;
import io.kringle.ring.World;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The world of a real node. What is to happen later comes back to the node's actor as a message.
 */
final class ActorWorld implements World {
  private final ActorRef<Step> self;
  private final EventExecutor loop;
  private final RandomGenerator random;
  private final Links links;
  private long now = System.nanoTime();

  /** The network as a node uses it. */
  interface Links {
    /** As {@link World#send}. */
    boolean send(Peer to, Message message);

    /** As {@link World#contact}. */
    void contact(Endpoint to, Message message);
  }

  ActorWorld(ActorRef<Step> self, EventExecutor loop, RandomGenerator random, Links links) {
    this.self = self;
    this.loop = loop;
    this.random = random;
    this.links = links;
  }

  /** Looks at the clock, once for each step. */
  void beginStep() {
    now = System.nanoTime();
  }

  @Override
  public long now() {
    return now;
  }

  @Override
  public RandomGenerator random() {
    return random;
  }

  @Override
  public Timer after(Duration delay, Runnable task) {
    Waiting waiting = new Waiting(task);
    if (delay.isZero() || delay.isNegative()) {
      self.tell(waiting);
    } else {
      waiting.scheduled =
          loop.schedule(() -> self.tell(waiting), delay.toNanos(), TimeUnit.NANOSECONDS);
    }
    return waiting;
  }

  @Override
  public boolean send(Peer to, Message message) {
    return links.send(to, message);
  }

  @Override
  public void contact(Endpoint to, Message message) {
    links.contact(to, message);
  }

  /**
   * A task and its timer. Touched on the loop only, so a task that was cancelled while in the
   * mailbox does not run either.
   */
  private static final class Waiting implements Timer, Step {
    private @Nullable Runnable task;
    private @Nullable ScheduledFuture<?> scheduled;

    Waiting(Runnable task) {
      this.task = task;
    }

    @Override
    public void run(Stack stack) {
      Runnable due = task;
      task = null;
      if (due != null) {
        due.run();
      }
    }

    @Override
    public void cancel() {
      task = null;
      if (scheduled != null) {
        scheduled.cancel(false);
      }
    }
  }
}
