package io.kringle.node;

import io.kringle.pubsub.Broadcasting;
import io.kringle.pubsub.Messaging;
import io.kringle.replication.Records;
import io.kringle.replication.Recovery;
import io.kringle.ring.Endpoint;
import io.kringle.ring.Id;
import io.kringle.ring.Inbound;
import io.kringle.ring.Result;
import io.kringle.ring.RingView;
import io.kringle.routing.Routing;
import io.kringle.store.KeyValues;
import io.kringle.store.NearCache;
import io.kringle.store.NearCacheOptions;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A node's layers, put together. Entered one step at a time; callbacks come in a step, exactly
 * once.
 */
interface Stack extends Inbound {

  /**
   * Starts a ring of this one node.
   *
   * @param seeds whom it would rather have joined
   */
  void create(Id ringId, List<Endpoint> seeds, Consumer<Result<Id>> done);

  /**
   * Enters a ring for the first time; its id is the result. After a failure another way in may be
   * tried.
   */
  void join(List<Endpoint> seeds, Consumer<Result<Id>> done);

  /** Comes back to the ring that this node was part of; where nobody answers, it serves alone. */
  void resume(Id ringId, List<Endpoint> seeds, Consumer<Result<Id>> done);

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

  /** Has an arc without a majority go on: see {@link Recovery}. */
  void recover(long arc, Recovery.Consent consent, Consumer<Result<Recovery>> done);

  /** The key-value store. */
  KeyValues store();

  /** The key-value store behind a cache of its own. */
  NearCache nearCache(NearCacheOptions options);

  /** The topics. */
  Messaging topics();

  /** Messages to all nodes. */
  Broadcasting broadcasts();

  /** What the layers count and measure. */
  Figures figures();

  /** What keeps this node from serving, one line each. */
  List<String> problems();
}
