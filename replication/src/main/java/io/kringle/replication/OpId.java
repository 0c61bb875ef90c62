package io.kringle.replication;

import io.kringle.ring.Id;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Names one write for all of its tries.
 *
 * @param session drawn at random whenever a node starts: its incarnation would not do, since a
 *     counter begins anew with the process, not with the disk
 * @param counter of the operations of that session
 */
record OpId(long session, long counter) {

  /** Of an item that is to be in a ledger once, whoever appends it: the same for the same key. */
  static OpId named(Id ledger, String key) {
    byte[] name = key.getBytes(StandardCharsets.UTF_8);
    Id hash =
        Id.hash(
            ByteBuffer.allocate(Id.BYTES + name.length).put(ledger.toBytes()).put(name).array());
    return new OpId(hash.high(), hash.middle());
  }
}
