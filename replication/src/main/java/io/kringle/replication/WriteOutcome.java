package io.kringle.replication;

/** What became of a write that was decided. */
public sealed interface WriteOutcome {

  /**
   * It took effect.
   *
   * @param version the record's version now
   * @param created whether it had no value before
   */
  record Written(long version, boolean created) implements WriteOutcome {}

  /**
   * Its condition was not met.
   *
   * @param version the record's version then; 0: never written
   * @param present whether it had a value
   */
  record Conflict(long version, boolean present) implements WriteOutcome {}
}
