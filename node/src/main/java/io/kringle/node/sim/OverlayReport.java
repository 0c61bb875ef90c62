package io.kringle.node.sim;

import java.util.Map;

/**
 * What came of an overlay simulation. Times are virtual.
 *
 * @param nodes how many formed the ring
 * @param lookups what became of them
 * @param joins from the start of a node until it was active, in milliseconds, while the lookups
 *     went on or, if nobody came then, before
 * @param joinsFailed how often a node did not get in and tried again
 * @param maintenancePerNodeSecond messages sent that carry no lookup, acknowledgements of lookups
 *     among them, for each node and second while the lookups went on
 * @param messagesByType the same by the type of the message, lookups among them, as far as somebody
 *     was there to receive them
 * @param messages sent in all
 * @param virtualSeconds that passed in all
 * @param traceHash a digest of every delivery in its order: equal for equal plans
 */
public record OverlayReport(
    int nodes,
    LookupFigures lookups,
    Distribution joins,
    int joinsFailed,
    double maintenancePerNodeSecond,
    Map<String, Double> messagesByType,
    long messages,
    double virtualSeconds,
    long traceHash) {}
