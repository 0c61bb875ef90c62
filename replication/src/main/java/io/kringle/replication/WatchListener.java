package io.kringle.replication;

import java.util.List;

/** Hears of changes, in steps of its node, and not before the watch has been opened. */
@FunctionalInterface
public interface WatchListener {

  /**
   * Takes events in their order. It must not throw.
   *
   * @param events one at least; a few hundred kilobytes, or one record
   * @param taken to be run, in a step of the node, when more may come; until then there is nothing
   *     but a few such lists in memory, and the rest is asked for again
   */
  void told(List<WatchEvent> events, Runnable taken);
}
