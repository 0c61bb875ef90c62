package io.kringle.replication;

import io.kringle.ring.Bytes;

/**
 * One item of a ledger.
 *
 * @param op by which it was appended
 * @param time of the arc's clock then
 * @param end bytes of payload that were appended up to here, this item's included
 */
record LedgerItem(long index, long sequence, OpId op, long time, long end, Bytes payload)
    implements Stored {

  /** Bytes of payload that were appended before it. */
  long begin() {
    return end - payload.size();
  }
}
