package io.kringle.store.engine;

import java.util.List;

/** Native handles. */
final class Handles {
  private Handles() {}

  /** Closes what was opened last first. */
  static void close(List<? extends AutoCloseable> handles) {
    for (int i = handles.size() - 1; i >= 0; i--) {
      close(handles.get(i));
    }
  }

  private static void close(AutoCloseable handle) {
    try {
      handle.close();
    } catch (Exception impossible) {
      throw new AssertionError("native handles close without exceptions", impossible);
    }
  }
}
