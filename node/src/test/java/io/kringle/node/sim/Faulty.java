package io.kringle.node.sim;

import io.kringle.ring.Endpoint;
import io.kringle.ring.Id;
import io.kringle.ring.Message;
import io.kringle.ring.Peer;
import io.kringle.ring.RingMessage;
import io.kringle.ring.Timer;
import io.kringle.ring.World;
import io.kringle.routing.RoutingMessage;
import java.time.Duration;
import java.util.List;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/** A world through which a node has a bug. */
class Faulty implements World {
  private static final Id ONE = Id.ZERO.next();

  private final World world;

  Faulty(World world) {
    this.world = world;
  }

  /** A bug: a message is never sent. */
  static WorldFilter unsent(BiPredicate<Peer, Message> which) {
    return (self, world, node) ->
        new Faulty(world) {
          @Override
          public boolean send(Peer to, Message message) {
            return which.test(to, message) || super.send(to, message);
          }
        };
  }

  /** A bug: what is to happen after such a delay never does. */
  static WorldFilter withoutTimers(Predicate<Duration> which) {
    return (self, world, node) ->
        new Faulty(world) {
          @Override
          public Timer after(Duration delay, Runnable task) {
            return which.test(delay) ? () -> {} : super.after(delay, task);
          }
        };
  }

  /**
   * A bug: whoever passes a message on takes the border of two arcs for one beside it, so that of
   * two nodes as near to a key the wrong one gets it. Other keys are as far from a border as not to
   * show it.
   */
  static WorldFilter borderOffByOne() {
    return (self, world, node) ->
        new Faulty(world) {
          @Override
          public boolean send(Peer to, Message message) {
            return super.send(
                to, message instanceof RoutingMessage.Hop hop ? withLowerKey(hop) : message);
          }
        };
  }

  private static RoutingMessage.Hop withLowerKey(RoutingMessage.Hop hop) {
    return new RoutingMessage.Hop(
        hop.sequence(),
        hop.kind(),
        hop.key().minus(ONE),
        hop.origin(),
        hop.request(),
        hop.hops(),
        hop.body());
  }

  /**
   * A bug: a newcomer takes everybody to whom it announces itself for told at once, and is active
   * before they are.
   */
  static WorldFilter activeBeforeItIsAnnounced() {
    return (self, world, node) ->
        new Faulty(world) {
          @Override
          public boolean send(Peer to, Message message) {
            if (message instanceof RingMessage.Probe probe && !probe.active()) {
              RingMessage answer = new RingMessage.ProbeReply(true, List.of());
              after(Duration.ZERO, () -> node.get().received(to, answer));
            }
            return super.send(to, message);
          }
        };
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
    return world.send(to, message);
  }

  @Override
  public void contact(Endpoint to, Message message) {
    world.contact(to, message);
  }
}
