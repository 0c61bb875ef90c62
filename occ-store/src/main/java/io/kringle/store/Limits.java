package io.kringle.store;

import io.kringle.replication.Records;
import io.kringle.replication.Scan;
import io.kringle.replication.Write;
import io.kringle.ring.Bytes;
import io.kringle.ring.Failure;
import java.time.Duration;
import java.util.Optional;

/** What a key, a value and a condition may be. Each check answers what is wrong, if anything is. */
final class Limits {
  private static final int SHOWN = 40;

  private final int maxValueBytes;

  Limits(StoreConfig config) {
    this.maxValueBytes = config.maxValueBytes();
  }

  /** A key has 1 to {@value StoreConfig#MAX_KEY_BYTES} bytes of UTF-8. */
  static Optional<Failure> ofKey(String key) {
    if (key.isEmpty()) {
      return invalid("a key has at least 1 byte, this one is empty");
    }
    if (key.length() > StoreConfig.MAX_KEY_BYTES) {
      return tooLong(key);
    }
    int bytes = 0;
    for (int i = 0; i < key.length(); i += Character.charCount(key.codePointAt(i))) {
      int codePoint = key.codePointAt(i);
      if (codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE) {
        return invalid(
            "key "
                + brief(key)
                + " has half a surrogate pair, U+%04X, at index %d".formatted(codePoint, i));
      }
      bytes += utf8Length(codePoint);
    }
    return bytes > StoreConfig.MAX_KEY_BYTES ? tooLong(key) : Optional.empty();
  }

  /** The form of RFC 3629, section 3. */
  private static int utf8Length(int codePoint) {
    if (codePoint < 0x80) {
      return 1;
    }
    if (codePoint < 0x800) {
      return 2;
    }
    return codePoint < Character.MIN_SUPPLEMENTARY_CODE_POINT ? 3 : 4;
  }

  Optional<Failure> ofValue(String key, Bytes value) {
    return value.size() <= maxValueBytes
        ? Optional.empty()
        : Optional.of(
            Failure.of(
                Failure.Kind.TOO_LARGE,
                "the value for "
                    + brief(key)
                    + " has "
                    + value.size()
                    + " bytes, the limit is "
                    + maxValueBytes));
  }

  /** A write is of a key, a value, a condition and a time to live that may be. */
  Optional<Failure> ofWrite(Write write) {
    return ofKey(write.key())
        .or(() -> write.value().flatMap(value -> ofValue(write.key(), value)))
        .or(() -> ofCondition(write.condition()))
        .or(() -> ofLife(write.timeToLive()));
  }

  /** A call is about no more keys than records allow. */
  static Optional<Failure> ofCount(int keys) {
    return keys <= Records.MAX_BATCH
        ? Optional.empty()
        : invalid("a call has at most " + Records.MAX_BATCH + " keys, not " + keys);
  }

  static Optional<Failure> ofCondition(Write.Condition condition) {
    return condition instanceof Write.Condition.AtVersion at && at.version() < 0
        ? invalid("a version is at least 0, the condition says " + at.version())
        : Optional.empty();
  }

  /** A time to live is within what records allow. */
  static Optional<Failure> ofLife(Optional<Duration> timeToLive) {
    return timeToLive
        .filter(
            life ->
                life.compareTo(Records.SHORTEST_LIFE) < 0
                    || life.compareTo(Records.LONGEST_LIFE) > 0)
        .flatMap(
            life -> invalid("a time to live is a millisecond to 100 years, this one is " + life));
  }

  /** A scan goes on from a cursor, and gives a page that is neither empty nor without end. */
  static Optional<Failure> ofScan(Optional<Scan.Position> from, String prefix, int limit) {
    if (from.isEmpty()) {
      return invalid("the cursor is none that a page has told");
    }
    if (limit < 1 || limit > Scan.MOST) {
      return invalid("a page has 1 to " + Scan.MOST + " keys, not " + limit);
    }
    return prefix.length() > StoreConfig.MAX_KEY_BYTES ? tooLong(prefix) : Optional.empty();
  }

  /** A key in a message: quoted, and not at whatever length. */
  static String brief(String key) {
    return key.length() <= SHOWN ? "'" + key + "'" : "'" + key.substring(0, SHOWN) + "…'";
  }

  private static Optional<Failure> tooLong(String key) {
    return invalid(
        "key " + brief(key) + " has more than " + StoreConfig.MAX_KEY_BYTES + " bytes of UTF-8");
  }

  private static Optional<Failure> invalid(String message) {
    return Optional.of(Failure.of(Failure.Kind.INVALID, message));
  }
}
