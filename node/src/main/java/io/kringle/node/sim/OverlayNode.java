package io.kringle.node.sim;

import io.kringle.ring.Codec;
import io.kringle.ring.Endpoint;
import io.kringle.ring.Id;
import io.kringle.ring.Message;
import io.kringle.ring.Peer;
import io.kringle.ring.RememberedPeers;
import io.kringle.ring.Result;
import io.kringle.ring.Ring;
import io.kringle.ring.RingConfig;
import io.kringle.ring.RingMessage;
import io.kringle.ring.RingView;
import io.kringle.ring.World;
import io.kringle.routing.Deliver;
import io.kringle.routing.Router;
import io.kringle.routing.RouterConfig;
import io.kringle.routing.RoutingMessage;
import java.util.List;
import java.util.function.Consumer;

/** A node of the ring and the routing alone. */
final class OverlayNode implements ExploredNode {
  private final Ring ring;
  private final Router router;

  OverlayNode(World world, Codec codec, Peer self, Deliver<Lookup> arrived) {
    this(world, codec, self, new RememberedPeers(), arrived);
  }

  /**
   * A node outside any ring.
   *
   * @param remembered whom it knew before; kept up to date from now on
   */
  OverlayNode(
      World world, Codec codec, Peer self, RememberedPeers remembered, Deliver<Lookup> arrived) {
    ring = new Ring(world, RingConfig.defaults(), self, remembered);
    router = new Router(world, codec, ring, RouterConfig.DEFAULT);
    ring.pathfinder(router::towards);
    router.onDeliver(Lookup.class, arrived);
  }

  @Override
  public void create(Id ringId) {
    ring.create(ringId);
  }

  @Override
  public void join(List<Endpoint> seeds, Consumer<Result<Id>> done) {
    ring.join(seeds, done);
  }

  @Override
  public void resume(Id ringId, List<Endpoint> seeds, Consumer<Result<Id>> done) {
    ring.resume(ringId, seeds, done);
  }

  @Override
  public void leave(Runnable whenDone) {
    ring.leave(whenDone);
  }

  @Override
  public RingView ring() {
    return ring;
  }

  Id id() {
    return ring.self().id();
  }

  Endpoint endpoint() {
    return ring.self().endpoint();
  }

  void look(Id key, Lookup lookup) {
    router.route(key, lookup);
  }

  @Override
  public void received(Peer from, Message message) {
    if (message instanceof RoutingMessage routed) {
      router.received(from, routed);
    } else if (message instanceof RingMessage maintained) {
      ring.received(from, maintained);
    } else {
      throw new IllegalStateException("no layer here takes " + message);
    }
  }

  @Override
  public void unreachable(Peer peer, String reason) {
    ring.unreachable(peer, reason);
    router.unreachable(peer, reason);
  }

  @Override
  public void contactFailed(Endpoint endpoint, String reason) {
    ring.contactFailed(endpoint, reason);
  }

  @Override
  public void checkInvariants() {
    ring.checkInvariants();
    router.checkInvariants();
  }
}
