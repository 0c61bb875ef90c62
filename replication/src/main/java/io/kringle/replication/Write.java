package io.kringle.replication;

import io.kringle.ring.Bytes;
import java.time.Duration;
import java.util.Optional;

/**
 * A write to one record.
 *
 * @param key 1 to 1 024 bytes of UTF-8
 * @param condition what must be true of the record for it to take effect
 * @param value the new value; empty deletes, which leaves a tombstone with a version of its own
 * @param timeToLive after which the value is deleted, whoever leads then; empty: never. Positive,
 *     and counted in milliseconds
 */
public record Write(
    String key, Condition condition, Optional<Bytes> value, Optional<Duration> timeToLive) {

  /** A write of a value that stays. */
  public Write(String key, Condition condition, Optional<Bytes> value) {
    this(key, condition, value, Optional.empty());
  }

  /** What must be true of a record. */
  public sealed interface Condition {
    /** Nothing. */
    Condition NONE = new Always();

    /** It has no value: never written, or deleted. */
    Condition ABSENT = new Absent();

    /** It has a value; of a delete that should say when there was nothing to delete. */
    Condition PRESENT = new Present();

    /** It is at this version; 0: never written. */
    static Condition version(long version) {
      return new AtVersion(version);
    }

    /** No condition. */
    record Always() implements Condition {}

    /** The record has no value. */
    record Absent() implements Condition {}

    /** The record has a value. */
    record Present() implements Condition {}

    /**
     * The record is at a version.
     *
     * @param version that version, at least 0
     */
    record AtVersion(long version) implements Condition {}
  }
}
