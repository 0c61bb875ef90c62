package io.kringle.replication;

import io.kringle.ring.Message;

/**
 * What is kept of a replica that was given up, in place of its {@link ArcMeta}.
 *
 * @param generation of a committed configuration that the node is no member of
 * @param epoch highest that the replica had heard of
 * @param number of this grave among those of the node, ascending
 */
record Grave(long generation, long epoch, long number) implements Message {}
