package io.kringle.node.cli;

/** The demo has seen something that ought not to be. */
final class DemoFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  DemoFailure(String what) {
    super(what, null, false, false);
  }

  static void unless(boolean fine, String what) {
    if (!fine) {
      throw new DemoFailure(what);
    }
  }
}
