package io.kringle.replication;

import io.kringle.ring.Message;

/**
 * What is left of an arc's tombstones once they are collected: enough for none of them to be
 * missed. A write that may have been remembered by one is turned away, and no version comes twice.
 *
 * @param index of the last entry that any of them remembered
 * @param version the highest that any of them had
 */
record Floor(long index, long version) implements Message {
  /** Nothing was collected yet. */
  static final Floor NONE = new Floor(0, 0);

  Floor raisedBy(Entry.Gone tombstone) {
    return new Floor(Math.max(index, tombstone.index()), Math.max(version, tombstone.version()));
  }
}
