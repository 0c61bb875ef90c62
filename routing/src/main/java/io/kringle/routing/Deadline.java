package io.kringle.routing;

/**
 * A moment at which something happens, unless it is called off before. Kept in at most one {@link
 * Deadlines}.
 */
abstract class Deadline {
  static final int NOWHERE = -1;

  /** On the world's clock; only differences mean something. */
  long due;

  /** Sets apart deadlines of the same moment: the one set first comes first. */
  long order;

  /** Where it is in the heap. */
  int slot = NOWHERE;

  /** Called once, in a step of its own or in one with other deadlines, when it is due. */
  abstract void expire();

  final boolean isSet() {
    return slot != NOWHERE;
  }

  final boolean isBefore(Deadline other) {
    long gap = due - other.due;
    return gap != 0 ? gap < 0 : order < other.order;
  }
}
