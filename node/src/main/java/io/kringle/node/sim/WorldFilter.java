package io.kringle.node.sim;

import io.kringle.ring.Inbound;
import io.kringle.ring.Peer;
import io.kringle.ring.World;
import java.util.function.Supplier;

/**
 * What stands between a node and its world. Nothing does, but tests plant faults here, to see
 * whether an exploration finds them.
 */
@FunctionalInterface
interface WorldFilter {
  /** The world as it is. */
  WorldFilter NONE = (self, world, node) -> world;

  /**
   * The world that a node is given.
   *
   * @param self the node
   * @param world the one it would have
   * @param node the node, not to be asked for before it is assembled
   */
  World around(Peer self, World world, Supplier<Inbound> node);
}
