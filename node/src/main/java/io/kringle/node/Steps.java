package io.kringle.node;

/**
 * The way into a node: an actor's mailbox, or a simulation's queue of events. May be used where the
 * node's surroundings allow it: on a real node from any thread.
 */
@FunctionalInterface
interface Steps {
  /**
   * Has a step run, after those that were told before and never within this call; not at all if the
   * node has ended by then.
   */
  void tell(Step step);
}
