package io.kringle.ring;

/** A task that waits for its time. */
public interface Timer {

  /** Makes sure that the task does not run, unless it has already; may be called more than once. */
  void cancel();
}
