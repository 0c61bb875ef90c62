package io.kringle.routing;

import io.kringle.ring.Id;
import io.kringle.ring.Message;
import io.kringle.ring.Peer;
import io.kringle.ring.Result;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * Key-based routing, after the common API for structured overlays (Dabek et al. 2003): messages go
 * to the owner of an id. Called within a step of the node; callbacks come in a step of the node,
 * exactly once.
 */
public interface Routing {

  /** Sends {@code message} to the owner of {@code key}; at most once, without an answer. */
  void route(Id key, Message message);

  /**
   * Asks the owner of {@code key}. Tried again until answered or {@link AskOptions#timeout} is
   * over, with one request id, so that an owner that stays the owner handles it once.
   *
   * @param done the answer; or what the other side failed with; or {@code TIMEOUT}, {@code
   *     NO_SERVICE}, {@code TOO_LARGE}, {@code OVERLOADED}
   */
  void ask(Id key, Message request, AskOptions options, Consumer<Result<Message>> done);

  /**
   * Asks one peer, whether it owns anything or not; a lost connection to it fails the request at
   * once as {@code UNAVAILABLE}.
   */
  void ask(Peer peer, Message request, AskOptions options, Consumer<Result<Message>> done);

  /**
   * How far a peer is, there and back, in nanoseconds; empty if nothing is known of that. Measured,
   * or by hearsay.
   */
  OptionalLong roundTripNanos(Id peer);

  /** Everyone in the routing table, row by row; perhaps not all of them live. */
  List<Peer> contacts();

  /**
   * Handles messages of a type that arrive here for good: the upcall {@code deliver}.
   *
   * @throws IllegalStateException if the type has a handler already
   */
  <M extends Message> void onDeliver(Class<M> type, Deliver<M> handler);

  /**
   * Sees messages of a type before they leave for the next hop, at every node on the path, the
   * origin and the last one included: the upcall {@code forward}.
   *
   * @throws IllegalStateException if the type has a hook already
   */
  <M extends Message> void onForward(Class<M> type, Forward<M> hook);
}
