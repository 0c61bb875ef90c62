package io.kringle.replication;

import java.util.List;

/**
 * How an arc's group is, as one of its members sees it.
 *
 * @param state what can be done with its records
 * @param problems what is wrong, in words; of what has no name, ids in short
 */
public record ArcHealth(State state, List<String> problems) {
  /** Nothing is wrong. */
  public static final ArcHealth OK = new ArcHealth(State.OK, List.of());

  /** Copies the list. */
  public ArcHealth {
    problems = List.copyOf(problems);
  }

  /** What can be done with an arc's records. */
  public enum State {
    /** Everything, and nothing is wrong. */
    OK,

    /** Reading and, unless a problem says otherwise, writing; but one loss more may end that. */
    DEGRADED,

    /** Nothing: no daddy is known, or it has no majority. */
    UNAVAILABLE
  }
}
