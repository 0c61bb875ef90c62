package io.kringle.replication;

import io.kringle.ring.Message;

/** What lies in storage under an id and a key. */
sealed interface Stored extends Message permits StoredState, LedgerHead, LedgerItem {
  /** The log entry that touched it last; entries up to that one have had their effect. */
  long index();
}
