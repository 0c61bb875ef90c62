package io.kringle.node;

/** One step of a node. */
@FunctionalInterface
interface Step {
  /** Does what there is to do, when it is the node's turn. */
  void run(Stack stack);
}
