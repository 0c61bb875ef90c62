package io.kringle.replication;

import java.util.OptionalLong;

/** A watch that is open. Used within steps of its node. */
public interface Watch {

  /** Ends it: nothing is told any more. Closing it again does nothing. */
  void close();

  /**
   * How fresh it is: whatever was decided about {@code key} before this moment of the node's clock
   * has been told and taken. It trails the present by about four seconds at most while the key's
   * daddy answers, and stands still while it does not.
   *
   * @return empty until what is there, or was there when the watch began, has been told
   */
  OptionalLong asOf(String key);
}
