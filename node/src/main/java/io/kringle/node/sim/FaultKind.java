package io.kringle.node.sim;

import java.util.Locale;

/** What may be done to the nodes of an exploration, and to what is between them. */
public enum FaultKind {
  /** Processes end without a word, one or many at once; most come back. */
  CRASH,
  /** A crash takes the disk along at times, though never so many that records are lost. */
  DISK_LOSS,
  /** New nodes come. */
  JOIN,
  /** Nodes take leave in order. */
  LEAVE,
  /** Nodes do nothing for a while, and then go on. */
  PAUSE,
  /** Machines are suspended, and their network comes back after them. */
  SUSPENSION,
  /** Clocks run at different rates. */
  DRIFT,
  /** Messages are lost. */
  LOSS,
  /** Messages arrive twice. */
  DUPLICATION,
  /** Messages overtake each other. */
  REORDERING,
  /** Links are cut: some, one way, all of a node, or between two parts of the ring. */
  PARTITION,
  /** A disk takes long to write something down. */
  SLOW_DISK,
  /** A disk has no room for values, and says so; or what is written to it fails without warning. */
  FULL_DISK,
  /** A bit of a record is not what it was, though never of so many that records are lost. */
  BIT_ROT;

  /** As it is written on the command line. */
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
