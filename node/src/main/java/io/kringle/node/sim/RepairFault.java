package io.kringle.node.sim;

/** One big fault that a ring has to recover from. */
public enum RepairFault {
  /** Half of the nodes vanish at the same instant, without a word. */
  CRASH,
  /** Two random halves do not hear each other for ten minutes. */
  SPLIT,
  /** Many nodes join at the same moment. */
  CROWD
}
