package io.kringle.pubsub;

import io.kringle.ring.Bytes;
import io.kringle.ring.Peer;
import io.kringle.ring.Result;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * Messages to every node of the ring, whether it takes part in any topic or not. Called within a
 * step of the node; callbacks come in a step of the node, exactly once.
 *
 * <p>No node hears a message twice in one life. A node that is cut off, or joins while a message
 * spreads, may not hear it at all: nothing is kept, and nothing is told later.
 */
public interface Broadcasting {

  /**
   * Sends to every node, this one included: along a tree that divides the id space, with one
   * message for each other node while the ring is stable, and as many hops as an id has digits that
   * tell nodes apart.
   *
   * @param timeout until those that have not reported are not waited for; positive, at most {@link
   *     #MAX_TIMEOUT}
   * @param done how many nodes heard it; or {@code TOO_LARGE}, {@code OVERLOADED}, {@code INVALID}
   */
  void broadcast(Bytes payload, Duration timeout, Consumer<Result<Reach>> done);

  /**
   * Floods, for rings that are torn: each node that hears it for the first time passes it on to
   * every neighbour that it knows. It costs as many messages as there are neighbours of all nodes,
   * and nobody counts who heard it.
   *
   * @param hops how often it is passed on at most; 1 to {@link #MAX_HOPS}
   * @param done to how many neighbours it was sent; or a failure, as of {@link #broadcast}
   */
  void flood(Bytes payload, int hops, Consumer<Result<Integer>> done);

  /** Has every message told that this node hears from now on; one listener. */
  void listen(Consumer<Heard> listener);

  /** The most that the timeout of a broadcast may be. */
  Duration MAX_TIMEOUT = Duration.ofMinutes(5);

  /** How often a message is passed on at most. */
  int MAX_HOPS = 64;

  /**
   * A message that came to all.
   *
   * @param origin the node that sent it to all
   * @param payload what it sent
   */
  record Heard(Peer origin, Bytes payload) {}

  /**
   * How far a broadcast came.
   *
   * @param nodes how many nodes are known to have heard it; each is counted once
   * @param exact whether every part of the ring has reported all of its nodes; otherwise there may
   *     be more that heard it
   * @param depth over how many nodes it was passed to the farthest
   */
  record Reach(int nodes, boolean exact, int depth) {}
}
