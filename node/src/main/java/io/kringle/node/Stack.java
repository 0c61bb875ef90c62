package io.kringle.node;

import io.kringle.pubsub.Messaging;
import io.kringle.replication.Records;
import io.kringle.ring.Id;
import io.kringle.ring.Inbound;
import io.kringle.ring.Result;
import io.kringle.ring.RingView;
import io.kringle.routing.Routing;
import io.kringle.store.KeyValues;
import java.util.Optional;
import java.util.function.Consumer;

/** A node's layers, put together. Entered one step at a time; callbacks come in a step, exactly once. */
interface Stack extends Inbound {

  /** Joins a ring, comes back to one, or starts one; the ring's id is the result. */
  void start(Consumer<Result<Id>> done);

  /** Hands over what this node leads, and takes leave. */
  void stop(Runnable done);

  /** The ring that this node belongs to; empty until it has joined. */
  Optional<Id> ringId();

  /** The ring as this node sees it. */
  RingView ring();

  /** Requests to owners of ids. */
  Routing routing();

  /** The replicas. */
  Records records();

  /** The key-value store. */
  KeyValues store();

  /** The topics. */
  Messaging topics();
}
