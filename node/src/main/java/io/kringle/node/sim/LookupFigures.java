package io.kringle.node.sim;

import java.util.List;

/**
 * What became of lookups.
 *
 * @param begun how many were begun
 * @param lost of them arrived nowhere within 30 seconds, although who began them lived
 * @param misdelivered arrived at a node that was not the closest to the key of those that lived and
 *     had joined
 * @param orphaned arrived nowhere, as who began them died
 * @param hops how often those that arrived were passed on
 * @param stretch the mean delay of those that arrived elsewhere than where they began, divided by
 *     the mean delay of the direct way
 * @param ratios of the delay of each of them to that of its own direct way
 * @param astray the numbers of the first few that were lost or misdelivered
 */
public record LookupFigures(
    int begun,
    int lost,
    int misdelivered,
    int orphaned,
    Distribution hops,
    double stretch,
    Distribution ratios,
    List<Integer> astray) {

  /** Whether every lookup arrived, and where it should. */
  public boolean areFlawless() {
    return lost == 0 && misdelivered == 0;
  }
}
