package io.kringle.node;

import io.kringle.ring.Id;
import io.kringle.ring.Peer;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** One life of a node, from the opening of its files and sockets to their closing. */
interface Life {

  /** Who the node is in this life. */
  Peer self();

  /** The way into the node. */
  Steps steps();

  /**
   * Has the node join a ring, come back to one, or start one, and remembers which.
   *
   * @return the ring's id; fails with {@link KringleException}
   */
  CompletionStage<Id> enter();

  /**
   * Completes when the node is alone, and without records, in a ring that it had started for want
   * of seeds, and one of the seeds has turned up in another.
   */
  CompletionStage<Void> outgrown();

  /** Forgets, on the disk too, which ring the node belongs to; only after {@link #close}. */
  void forgetRing();

  /**
   * Ends it, without taking leave: the actor, then the sockets, then the files. Blocks; not to be
   * called on the node's loop.
   */
  void close();

  /** Begins lives. */
  @FunctionalInterface
  interface Maker {
    /**
     * Begins one. Blocks; not to be called on the node's loop.
     *
     * @param broken told once, on the node's loop, if a step of it has thrown
     * @throws KringleException if a file or a socket cannot be opened
     */
    Life begin(Consumer<Throwable> broken);
  }
}
