package io.kringle.node.sim;

/** Exceptions in a line. */
final class Failures {
  private Failures() {}

  /** What was thrown, and where. */
  static String describe(RuntimeException thrown) {
    StackTraceElement[] at = thrown.getStackTrace();
    return thrown + (at.length == 0 ? "" : ", at " + at[0]);
  }
}
