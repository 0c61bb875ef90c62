package io.kringle.store;

import io.kringle.replication.ArcStatus;
import io.kringle.replication.Records;
import io.kringle.replication.Watch;
import io.kringle.replication.WatchListener;
import io.kringle.replication.Watched;
import io.kringle.replication.Write;
import io.kringle.replication.WriteOutcome;
import io.kringle.ring.Bytes;
import io.kringle.ring.Result;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The key-value store. A key is 1 to 1 024 bytes of UTF-8; a value up to {@link
 * StoreConfig#maxValueBytes}. Called within a step of the node; callbacks come in a step of the
 * node, exactly once.
 */
public interface KeyValues {

  /** Reads, linearizably. */
  void get(String key, Consumer<Result<Entry>> done);

  /**
   * Reads from any replica, a majority or not: some value that the key had, maybe not the last one,
   * with its version.
   */
  void getStale(String key, Consumer<Result<Entry>> done);

  /**
   * Reads many keys, each as {@link #get} does; together they are of no one moment. Each daddy is
   * asked once, as long as its answer fits a message.
   *
   * @param keys at most {@value io.kringle.replication.Records#MAX_BATCH}
   * @param done what became of each, in their order; {@code TOO_LARGE} for those that come when
   *     others have {@link io.kringle.replication.Records#MAX_BATCH_BYTES} of values already. Or
   *     for the whole: {@code INVALID} if there are too many, {@code OVERLOADED}
   */
  void getAll(List<String> keys, Consumer<Result<List<Result<Entry>>>> done);

  /**
   * Puts and deletes many keys, each under its condition and for itself: some may take effect and
   * others not. Several writes of one key come in no certain order. Each daddy is asked once, as
   * long as the question fits a message.
   *
   * @param writes at most {@value io.kringle.replication.Records#MAX_BATCH}, with {@link
   *     io.kringle.replication.Records#MAX_BATCH_BYTES} together
   * @param done what became of each, in their order. Or for the whole, nothing done: {@code
   *     INVALID} if there are too many, {@code TOO_LARGE}, {@code OVERLOADED}
   */
  void writeAll(List<Write> writes, Consumer<Result<List<Result<WriteOutcome>>>> done);

  /** Writes under a condition; the value stays until it is replaced or deleted. */
  default void put(
      String key, Bytes value, Write.Condition condition, Consumer<Result<WriteOutcome>> done) {
    put(key, value, condition, Optional.empty(), done);
  }

  /**
   * Writes under a condition.
   *
   * @param timeToLive after which the value is deleted, by a version of its own: a millisecond to
   *     100 years; empty: never
   */
  void put(
      String key,
      Bytes value,
      Write.Condition condition,
      Optional<Duration> timeToLive,
      Consumer<Result<WriteOutcome>> done);

  /** Deletes under a condition; the tombstone's version is the outcome. */
  void delete(String key, Write.Condition condition, Consumer<Result<WriteOutcome>> done);

  /**
   * Reads, lets {@code resolver} make a new value, and writes it if nobody else wrote meanwhile;
   * again on each conflict, after a back-off. The new value stays, also where the old one had a
   * time to live.
   *
   * @param done the entry as it is now, also when the resolver abandoned; {@code RETRIES_EXHAUSTED}
   *     after {@link UpdateOptions#attempts} conflicts; {@code REFUSED} if the resolver threw
   */
  void update(String key, Resolver resolver, UpdateOptions options, Consumer<Result<Updated>> done);

  /**
   * Reads some of the keys that have a value, in the order of their ids. A walk over all of them
   * goes on with the cursor of each page until one has none; on the way it may meet empty pages. A
   * key that had a value all the time is met once, whatever happens to the ring meanwhile.
   *
   * @param after the cursor of the page before; empty: from the beginning. One that is none fails
   *     with {@code INVALID}
   * @param prefix of the keys that are wanted; empty: all
   * @param limit how many at the most, 1 to {@value io.kringle.replication.Scan#MOST}
   */
  void scan(Optional<String> after, String prefix, int limit, Consumer<Result<Page>> done);

  /**
   * Watches a key, or all keys that begin alike: tells what is there, and then what changes. See
   * {@link Records#watch} for what it promises, and for its bounds.
   *
   * @return what ends it; or {@code OVERLOADED}, {@code INVALID}
   */
  Result<Watch> watch(Watched what, WatchListener listener);

  /** Who keeps a key. */
  void locate(String key, Consumer<Result<ArcStatus>> done);

  /** Makes a new value from the current one. It may run several times, and must not block. */
  @FunctionalInterface
  interface Resolver {
    /** The new value; empty abandons the update, and nothing is written. */
    Optional<Bytes> resolve(Entry current);
  }

  /**
   * A key with what is stored under it.
   *
   * @param key the key
   * @param version 0 if it was never written
   * @param value empty if it was never written, or is deleted
   */
  record Entry(String key, long version, Optional<Bytes> value) {}

  /**
   * What a scan found.
   *
   * @param entries each with a value
   * @param next the cursor to go on with; empty: there is no more
   */
  record Page(List<Entry> entries, Optional<String> next) {
    /** Copies the list. */
    public Page {
      entries = List.copyOf(entries);
    }
  }

  /**
   * What became of an update.
   *
   * @param entry what is stored now, as far as this node knows
   * @param written false if the resolver abandoned
   * @param attempts how often the resolver ran
   */
  record Updated(Entry entry, boolean written, int attempts) {}
}
