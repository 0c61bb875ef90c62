package io.kringle.replication;

/** How much a disk still takes. */
public enum Room {
  /** Everything. */
  PLENTY,

  /**
   * No new values; what was under way before that was known is still taken. What is left is there
   * for deleting, for electing a daddy, and for changing members.
   */
  LITTLE,

  /** No values at all. */
  NONE
}
