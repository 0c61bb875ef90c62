package io.kringle.replication;

import io.kringle.ring.Bytes;
import io.kringle.ring.Id;
import io.kringle.ring.Message;
import java.util.List;
import java.util.Optional;

/**
 * A question for the next records on the circle. A walk over all of them begins at {@link #START}
 * and goes on where each page says, until one says nothing; on the way it may meet pages without
 * records. A record that was there all the time is met once, whatever happens to the ring
 * meanwhile; one that comes or goes is met once or not at all.
 *
 * @param from where to begin
 * @param prefix of the keys that are wanted; empty: all
 * @param limit how many records at the most, 1 to {@value #MOST}
 */
public record Scan(Position from, String prefix, int limit) {
  /** Before the first record. */
  public static final Position START = new Position(Id.ZERO, "");

  /** The most records of a page. */
  public static final int MOST = 1_000;

  /** Checks the limit. */
  public Scan {
    if (limit < 1 || limit > MOST) {
      throw new IllegalArgumentException("a page has 1 to " + MOST + " records, not " + limit);
    }
  }

  /**
   * A place between records, which are in the order of their ids, then of their keys.
   *
   * @param id everything below it is before
   * @param key of the keys with this id, those up to this one are before as well; may be empty
   */
  public record Position(Id id, String key) {}

  /**
   * A record that has a value.
   *
   * @param key its key
   * @param version its version
   * @param value its value
   */
  public record Listed(String key, long version, Bytes value) implements Message {}

  /**
   * What was found.
   *
   * @param records in their order
   * @param next where to go on; empty: there is no more
   */
  public record Page(List<Listed> records, Optional<Position> next) {
    /** Copies the list. */
    public Page {
      records = List.copyOf(records);
    }
  }
}
