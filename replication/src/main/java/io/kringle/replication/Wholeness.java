package io.kringle.replication;

/**
 * Whether the records of a replica are of one moment. After a restart, a snapshot or a mending they
 * may contain entries that are yet to be applied, and lack tombstones that a later entry collected;
 * while the log is applied over them, some are as they never were. All is well once everything is
 * applied that was committed when that began.
 *
 * <p>A daddy that has committed an entry of its own epoch has committed all that ever was (Ongaro,
 * Ousterhout 2014, section 8). So what it says to be committed is far enough.
 */
final class Wholeness {
  private static final long UNKNOWN = Long.MAX_VALUE;

  private final Group group;

  /** With everything up to here applied, the records are of one moment. */
  private long from = UNKNOWN;

  /** Whatever is in the log may have been applied before. */
  private long atLeast;

  Wholeness(Group group) {
    this.group = group;
  }

  /** The records are of several moments as of now. */
  void lost() {
    from = UNKNOWN;
    atLeast = group.log.last();
  }

  /** The daddy of this epoch says that everything up to {@code index} is committed. */
  void committed(long index) {
    Log log = group.log;
    boolean isInLog = index >= log.base() && index <= log.last();
    if (from == UNKNOWN && isInLog && log.epochAt(index) == group.epoch()) {
      from = Math.max(index, atLeast);
    }
  }

  boolean holds() {
    return group.applied() >= from;
  }
}
