package io.kringle.node;

import io.kringle.ring.Id;
import java.util.Optional;

/**
 * Who a node is, for as long as its data directory is.
 *
 * @param id its place on the ring
 * @param incarnation drawn at random when the directory was made
 * @param ringId the ring that it belongs to; empty until it has first joined or started one
 */
record Identity(Id id, long incarnation, Optional<Id> ringId) {

  /** Another member of every replica group, in the same place. */
  Identity reborn(long newIncarnation) {
    return new Identity(id, newIncarnation, ringId);
  }

  Identity inRing(Id ring) {
    return new Identity(id, incarnation, Optional.of(ring));
  }
}
