package io.kringle.replication;

/**
 * Figures of one node since it started; counts only ever grow unless said otherwise.
 *
 * @param arcs replicas kept now
 * @param leading arcs led now
 * @param broken replicas stopped because their storage failed, now
 * @param pending operations that wait at their daddy, now
 * @param elections times this node became a daddy
 * @param applied log entries applied
 * @param snapshots transfers of a whole arc begun at its first record
 * @param sent records sent by such transfers
 * @param damaged times that records turned out not to be what was written, or what others have
 * @param recovered arcs that were recovered here without a majority
 * @param room on the disk, now
 */
public record ReplicationStats(
    int arcs,
    int leading,
    int broken,
    int pending,
    long elections,
    long applied,
    long snapshots,
    long sent,
    long damaged,
    long recovered,
    Room room) {}
