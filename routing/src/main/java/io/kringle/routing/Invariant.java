package io.kringle.routing;

/** Checks of what must always be so. */
final class Invariant {

  private Invariant() {}

  static void holds(boolean condition, String what) {
    if (!condition) {
      throw new IllegalStateException("broken invariant: " + what);
    }
  }
}
