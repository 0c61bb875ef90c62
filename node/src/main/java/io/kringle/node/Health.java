package io.kringle.node;

import java.util.List;

/**
 * Whether a node serves.
 *
 * @param problems what keeps it from serving, one line each; empty if nothing does
 */
public record Health(List<String> problems) {
  /** Copies the list. */
  public Health {
    problems = List.copyOf(problems);
  }

  /** Whether nothing keeps the node from serving. */
  public boolean isOk() {
    return problems.isEmpty();
  }
}
