package io.kringle.replication;

/**
 * Decides when a log is cut. Each time that half of the allowed length was applied, everything
 * before the last such moment goes, so that between half of the limit and all of it stays for
 * members that lag behind.
 */
final class Compaction {
  /**
   * How many times the allowed length is kept while a member is being filled; with more than that
   * it is begun anew.
   */
  private static final int KEPT = 32;

  private static final int OVERHEAD = 64;

  private final Group group;
  private long mark;
  private long bytes;
  private long delayedBytes;
  private long needed = Long.MAX_VALUE;

  Compaction(Group group) {
    this.group = group;
    this.mark = group.log.base();
  }

  /** An entry with a value of this size. */
  void applied(int valueBytes) {
    bytes += OVERHEAD + valueBytes;
  }

  /** The log after {@code index} is needed. */
  void keep(long index) {
    needed = index;
  }

  long needed() {
    group.leadership().ifPresent(lead -> needed = lead.needed(needed));
    return needed;
  }

  void run() {
    ReplicationConfig config = group.node.config;
    long entries = group.applied() - Math.max(mark, group.log.base());
    if (entries < Math.max(1, config.logEntries() / 2) && bytes < config.logBytes() / 2) {
      return;
    }
    if (needed() < mark && delayedBytes < (long) KEPT * config.logBytes()) {
      delayedBytes += bytes;
    } else {
      delayedBytes = 0;
      cut();
    }
    mark = group.applied();
    bytes = 0;
  }

  private void cut() {
    long to = Math.min(mark, group.log.durable());
    if (to > group.log.base()) {
      group.log.compactTo(to);
      group.metaChanged();
    }
  }
}
