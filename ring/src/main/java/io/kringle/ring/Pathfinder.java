package io.kringle.ring;

import java.util.Optional;
import java.util.function.Predicate;

/**
 * Finds the next hop on the way to an id. The ring itself knows its leaves only; routing knows
 * shorter ways.
 */
@FunctionalInterface
public interface Pathfinder {

  /**
   * The next hop from this node.
   *
   * @param target where to
   * @param usable who may be chosen
   * @return a peer closer to the target, or nobody if this node is the closest of all that are
   *     usable
   */
  Optional<Peer> towards(Id target, Predicate<Peer> usable);
}
