package io.kringle.replication;

import java.time.Duration;

/**
 * How replication behaves on this node.
 *
 * @param replicas how many nodes keep each arc where there are as many, 1 to 15; odd numbers use
 *     their nodes best
 * @param maxRecordBytes largest key and value together, in bytes
 * @param replaceAfter how long a member must have been dead before another node takes its place
 * @param handOverTimeout how long an orderly leave waits for others to take over
 * @param quorumTimeout how long a daddy with work to do goes on without hearing from a majority
 * @param logEntries how many applied entries of an arc's log are kept for members that lag behind
 * @param logBytes how many bytes of applied entries are kept; whichever limit is met first counts
 * @param tombstoneAge how long at the least a deleted record leaves a trace
 * @param auditEvery how often, in the mean, the replicas of an arc are compared
 * @param transfer how members are filled that the log does not reach
 */
public record ReplicationConfig(
    int replicas,
    int maxRecordBytes,
    Duration replaceAfter,
    Duration handOverTimeout,
    Duration quorumTimeout,
    int logEntries,
    int logBytes,
    Duration tombstoneAge,
    Duration auditEvery,
    Transfer transfer) {
  /**
   * Three replicas, records up to 950 KiB, ten seconds until a dead member is replaced, an hour for
   * a tombstone, ten minutes from one audit to the next.
   */
  public static final ReplicationConfig DEFAULT =
      new ReplicationConfig(
          3,
          950 * 1024,
          Duration.ofSeconds(10),
          Duration.ofSeconds(10),
          Duration.ofSeconds(2),
          4_096,
          8 * 1024 * 1024,
          Duration.ofHours(1),
          Duration.ofMinutes(10),
          Transfer.DEFAULT);

  private static final int MAX_REPLICAS = 15;

  /**
   * How a node fills members that the log does not reach.
   *
   * @param bytesPerSecond that it sends at the most for that, over all transfers
   * @param pieceBytes how much it reads and sends at a time; one record at least
   * @param atOnce how many transfers it has under way; the others wait in line
   */
  public record Transfer(long bytesPerSecond, int pieceBytes, int atOnce) {
    /**
     * 4 MiB a second, 64 KiB at a time, 16 at once: with two, the round trips of small arcs would
     * be what a ring that grows fast waits for.
     */
    public static final Transfer DEFAULT = new Transfer(4L * 1024 * 1024, 64 * 1024, 16);

    /** Checks the ranges. */
    public Transfer {
      if (bytesPerSecond < 1 || pieceBytes < 1 || atOnce < 1) {
        throw new IllegalArgumentException("a transfer's limits are positive");
      }
    }

    /** With another rate. */
    public Transfer withRate(long bytes) {
      return new Transfer(bytes, pieceBytes, atOnce);
    }
  }

  /** Checks the ranges. */
  public ReplicationConfig {
    if (replicas < 1 || replicas > MAX_REPLICAS) {
      throw new IllegalArgumentException("replicas " + replicas + " is not within 1 to 15");
    }
    if (maxRecordBytes < 1 || logEntries < 1 || logBytes < 1) {
      throw new IllegalArgumentException("limits are positive");
    }
    if (replaceAfter.isNegative() || handOverTimeout.isNegative() || quorumTimeout.isNegative()) {
      throw new IllegalArgumentException("durations are not negative");
    }
    if (tombstoneAge.isNegative() || auditEvery.toMillis() < 1) {
      throw new IllegalArgumentException(
          "tombstones of age " + tombstoneAge + ", audits every " + auditEvery);
    }
  }

  /** With another number of replicas. */
  public ReplicationConfig withReplicas(int count) {
    return with(count, replaceAfter, logEntries, logBytes, tombstoneAge, auditEvery, transfer);
  }

  /** With another patience towards dead members. */
  public ReplicationConfig withReplaceAfter(Duration patience) {
    return with(replicas, patience, logEntries, logBytes, tombstoneAge, auditEvery, transfer);
  }

  /** With another length of log kept behind. */
  public ReplicationConfig withLog(int entries, int bytes) {
    return with(replicas, replaceAfter, entries, bytes, tombstoneAge, auditEvery, transfer);
  }

  /** With another age of tombstones. */
  public ReplicationConfig withTombstoneAge(Duration age) {
    return with(replicas, replaceAfter, logEntries, logBytes, age, auditEvery, transfer);
  }

  /** With another time between audits. */
  public ReplicationConfig withAuditEvery(Duration time) {
    return with(replicas, replaceAfter, logEntries, logBytes, tombstoneAge, time, transfer);
  }

  /** With another way to fill members. */
  public ReplicationConfig withTransfer(Transfer way) {
    return with(replicas, replaceAfter, logEntries, logBytes, tombstoneAge, auditEvery, way);
  }

  private ReplicationConfig with(
      int count,
      Duration patience,
      int entries,
      int bytes,
      Duration age,
      Duration audits,
      Transfer way) {
    return new ReplicationConfig(
        count,
        maxRecordBytes,
        patience,
        handOverTimeout,
        quorumTimeout,
        entries,
        bytes,
        age,
        audits,
        way);
  }
}
