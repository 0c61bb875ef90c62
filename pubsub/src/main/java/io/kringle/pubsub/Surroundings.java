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
    Pages pages) {

  Peer self() {
    return ring.self();
  }

  boolean isSelf(Id id) {
    return ring.self().id().equals(id);
  }
}
