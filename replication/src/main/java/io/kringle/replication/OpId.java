package io.kringle.replication;

/**
 * Names one write for all of its tries.
 *
 * @param session drawn at random whenever a node starts: its incarnation would not do, since a
 *     counter begins anew with the process, not with the disk
 * @param counter of the operations of that session
 */
record OpId(long session, long counter) {}
