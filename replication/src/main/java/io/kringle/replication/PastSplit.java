package io.kringle.replication;

import io.kringle.ring.Message;

/**
 * A split that an arc has been through, for members who missed it.
 *
 * @param index of its entry in the arc's log
 * @param epoch of that entry
 * @param half the part that became an arc of its own, as it was born
 */
record PastSplit(long index, long epoch, Configuration half) implements Message {}
