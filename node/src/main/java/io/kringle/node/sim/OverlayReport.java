package io.kringle.node.sim;

/**
 * What came of an overlay simulation. Times are virtual.
 *
 * @param nodes how many
 * @param lookups how many were begun
 * @param lost of them arrived nowhere
 * @param misdelivered arrived at a node that was not the closest to the key
 * @param hops how often the lookups that arrived were passed on
 * @param maintenancePerNodeSecond messages sent for a node and second while nobody looked anything
 *     up
 * @param joinMillis from the start of a node until it was active
 * @param messages sent in all
 * @param virtualSeconds that passed in all
 * @param traceHash a digest of every delivery in its order: equal for equal plans
 */
public record OverlayReport(
    int nodes,
    int lookups,
    int lost,
    int misdelivered,
    Distribution hops,
    double maintenancePerNodeSecond,
    Distribution joinMillis,
    long messages,
    double virtualSeconds,
    long traceHash) {

  /** Whether every lookup arrived where it should. */
  public boolean isFlawless() {
    return lost == 0 && misdelivered == 0;
  }
}
