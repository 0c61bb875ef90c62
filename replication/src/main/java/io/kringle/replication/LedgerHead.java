package io.kringle.replication;

/**
 * What is known of a ledger besides its items. It lies before them.
 *
 * @param first number of the oldest item that is kept; {@code last + 1}: none is
 * @param last number of the item that was appended last; 0: none ever
 * @param total bytes of payload that were ever appended
 * @param forgotten the log entry that appended the last item that is no longer kept
 */
record LedgerHead(
    long index, long first, long last, long total, long forgotten, Retention retention)
    implements Stored {
  static final LedgerHead NONE = new LedgerHead(0, 1, 0, 0, 0, Retention.DEFAULT);

  LedgerHead appended(long entry, int bytes) {
    return new LedgerHead(entry, first, last + 1, total + bytes, forgotten, retention);
  }

  /** Without the items before {@code newFirst}, the last of which came by {@code lastGone}. */
  LedgerHead trimmed(long entry, long newFirst, long lastGone) {
    return new LedgerHead(entry, newFirst, last, total, Math.max(forgotten, lastGone), retention);
  }

  LedgerHead keeping(long entry, Retention other) {
    return new LedgerHead(entry, first, last, total, forgotten, other);
  }
}
