package io.kringle.pubsub;

import io.kringle.replication.Ledgers;
import io.kringle.ring.Id;
import io.kringle.ring.Peer;
import io.kringle.ring.RingView;
import io.kringle.ring.World;
import io.kringle.routing.Routing;

/** What every part of the topics of one node shares. */
record Surroundings(
    World world,
    RingView ring,
    Routing routing,
    Ledgers ledgers,
    TopicsConfig config,
    Counters counters,
    Pages pages,
    Durables durables,
    Pieces pieces) {

  Peer self() {
    return ring.self();
  }

  /** Tells a node, maybe this one, that a durable subscription is another's. */
  void tell(Peer peer, TopicMessage.TakenOver news) {
    if (isSelf(peer.id())) {
      durables.takenOver(news);
    } else {
      world.send(peer, news);
    }
  }

  boolean isSelf(Id id) {
    return ring.self().id().equals(id);
  }
}
