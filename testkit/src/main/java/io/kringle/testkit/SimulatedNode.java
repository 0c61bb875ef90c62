package io.kringle.testkit;

import io.kringle.ring.Endpoint;
import io.kringle.ring.Id;
import io.kringle.ring.Inbound;
import io.kringle.ring.Message;
import io.kringle.ring.Peer;
import io.kringle.ring.Timer;
import io.kringle.ring.World;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** One life of one node: from its start to its crash. */
public final class SimulatedNode {
  private final Simulation simulation;
  private final Peer peer;
  private final RandomGenerator random;
  private final Clock clock;
  private final Map<Id, Link> links = new LinkedHashMap<>();
  private @Nullable Inbound stack;
  private boolean up = true;
  private long sent;
  private long wakesAt;

  SimulatedNode(Simulation simulation, Peer peer, Clock clock, RandomGenerator random) {
    this.simulation = simulation;
    this.peer = peer;
    this.clock = clock;
    this.random = random;
  }

  void assemble(Function<World, Inbound> assemble) {
    stack = assemble.apply(new SimulatedWorld());
  }

  /** Who this node is. */
  public Peer peer() {
    return peer;
  }

  /** Whether it has not crashed. */
  public boolean isUp() {
    return up;
  }

  /** Messages that it has sent so far. */
  public long sent() {
    return sent;
  }

  void pauseUntil(long time) {
    wakesAt = Math.max(wakesAt, time);
  }

  long wakesAt() {
    return up ? wakesAt : 0;
  }

  void halt() {
    up = false;
  }

  /** The node of this id that was reached last, if the connection to it was not lost since. */
  @Nullable SimulatedNode connected(Id to) {
    Link link = links.get(to);
    return link == null ? null : link.to();
  }

  /** The link to a node; it is opened, in place of one to another life of it, if need be. */
  Link link(SimulatedNode to) {
    Link link = links.get(to.peer.id());
    if (link == null || link.to() != to) {
      link = new Link(to, simulation.direct(peer.id(), to.peer.id()));
      links.put(to.peer.id(), link);
    }
    return link;
  }

  /** Every node that this one has a link to. */
  List<Peer> connections() {
    return links.values().stream().map(link -> link.to().peer()).toList();
  }

  void receive(Peer from, Message message) {
    stack().received(from, message);
  }

  void connectionLost(Peer other, String reason) {
    Link link = links.remove(other.id());
    if (link != null) {
      link.close();
    }
    stack().unreachable(other, reason);
  }

  void contactFailed(Endpoint endpoint, String reason) {
    stack().contactFailed(endpoint, reason);
  }

  private Inbound stack() {
    if (stack == null) {
      throw new IllegalStateException(peer + " was sent a message while it was being assembled");
    }
    return stack;
  }

  private final class SimulatedWorld implements World {
    @Override
    public long now() {
      return clock.at(simulation.now());
    }

    @Override
    public RandomGenerator random() {
      return random;
    }

    @Override
    public Timer after(Duration delay, Runnable task) {
      long passes = clock.delay(simulation.now(), delay.toNanos());
      EventQueue.Event event = simulation.schedule(passes, SimulatedNode.this, task);
      return () -> simulation.cancel(event);
    }

    @Override
    public boolean send(Peer to, Message message) {
      sent++;
      simulation.transmit(SimulatedNode.this, to, message);
      return true;
    }

    @Override
    public void contact(Endpoint to, Message message) {
      sent++;
      simulation.transmit(SimulatedNode.this, to, message);
    }
  }
}
