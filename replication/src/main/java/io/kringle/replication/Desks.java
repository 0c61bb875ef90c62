package io.kringle.replication;

import io.kringle.ring.Id;

/** Listeners to ledgers that need no node. */
final class Desks {
  static final Ledgers.Desk NOBODY =
      new Ledgers.Desk() {
        @Override
        public int appended(Id ledger, Ledgers.Item item) {
          return 0;
        }

        @Override
        public int audience(Id ledger) {
          return 0;
        }

        @Override
        public void changed() {}
      };

  private Desks() {}
}
