package io.kringle.node;

import io.kringle.ring.Endpoint;
import io.kringle.ring.Inbound;
import io.kringle.ring.Message;
import io.kringle.ring.Peer;
import io.kringle.ring.Timer;
import io.kringle.ring.World;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * What one simulated node has sent and heard lately, over all its lives, to be read by a person.
 * Bounded: the oldest events go first. Events become text only when somebody looks.
 */
public final class NodeLog {
  private static final int CAPACITY = 2_000;
  private static final int LONGEST = 300;

  private final LongSupplier time;
  private final Deque<Event> events = new ArrayDeque<>();
  private long forgotten;

  /** Something that happened at a time, with whom or what it has to do. */
  private record Event(long at, String what, Object whom, Object about) {
    String line() {
      String text = String.format(Locale.ROOT, "%.6f s  %s %s  %s", at / 1e9, what, whom, about);
      return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "…";
    }
  }

  /**
   * An empty log.
   *
   * @param time of the simulation, in nanoseconds
   */
  public NodeLog(LongSupplier time) {
    this.time = time;
  }

  /** Notes something that happens now. */
  public void add(String what, Object whom, Object about) {
    if (events.size() == CAPACITY) {
      events.removeFirst();
      forgotten++;
    }
    events.add(new Event(time.getAsLong(), what, whom, about));
  }

  /** The events, one a line, the oldest first; the first line tells how many are forgotten. */
  public List<String> lines() {
    Deque<String> lines = new ArrayDeque<>();
    events.forEach(event -> lines.add(event.line()));
    if (forgotten > 0) {
      lines.addFirst("(" + forgotten + " earlier events are forgotten)");
    }
    return List.copyOf(lines);
  }

  /** The same world, and what is sent into it is noted. */
  World watching(World world) {
    return new WatchedWorld(world);
  }

  /** The same stack, and what reaches it is noted. */
  Inbound watching(Inbound stack) {
    return new WatchedStack(stack);
  }

  private final class WatchedWorld implements World {
    private final World world;

    WatchedWorld(World world) {
      this.world = world;
    }

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
      return world.after(delay, task);
    }

    @Override
    public boolean send(Peer to, Message message) {
      add("->", to, message);
      return world.send(to, message);
    }

    @Override
    public void contact(Endpoint to, Message message) {
      add("->", to, message);
      world.contact(to, message);
    }
  }

  private final class WatchedStack implements Inbound {
    private final Inbound stack;

    WatchedStack(Inbound stack) {
      this.stack = stack;
    }

    @Override
    public void received(Peer from, Message message) {
      add("<-", from, message);
      stack.received(from, message);
    }

    @Override
    public void unreachable(Peer peer, String reason) {
      add("--", peer, reason);
      stack.unreachable(peer, reason);
    }

    @Override
    public void contactFailed(Endpoint endpoint, String reason) {
      add("--", endpoint, reason);
      stack.contactFailed(endpoint, reason);
    }

    @Override
    public void contactRefused(Endpoint endpoint, String reason) {
      add("--", endpoint, reason);
      stack.contactRefused(endpoint, reason);
    }
  }
}
