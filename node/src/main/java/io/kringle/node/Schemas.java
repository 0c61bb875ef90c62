package io.kringle.node;

import io.kringle.pubsub.TopicMessages;
import io.kringle.replication.ReplicationMessages;
import io.kringle.ring.RingMessages;
import io.kringle.ring.Schema;
import io.kringle.ring.wire.WireMessages;
import io.kringle.routing.RoutingMessages;

/** The messages of every layer. */
public final class Schemas {
  private Schemas() {}

  /** A new schema with everything that one node says to another, or writes to its disk. */
  public static Schema all() {
    Schema schema = new Schema();
    WireMessages.register(schema);
    RingMessages.register(schema);
    RoutingMessages.register(schema);
    ReplicationMessages.register(schema);
    TopicMessages.register(schema);
    NodeMessages.register(schema);
    return schema;
  }
}
