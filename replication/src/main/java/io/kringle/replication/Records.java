package io.kringle.replication;

import io.kringle.ring.Result;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/**
 * Opaque versioned records, replicated and linearizable per key; from any node of the ring. Called
 * within a step of the node; callbacks come in a step of the node, exactly once.
 */
public interface Records {
  /** The largest key, in bytes of UTF-8. */
  int MAX_KEY_BYTES = 1_024;

  /** The most keys in one call of {@link #readAll} or {@link #writeAll}. */
  int MAX_BATCH = 4_096;

  /** The most bytes that keys and values of such a call may have together, or what it reads. */
  long MAX_BATCH_BYTES = 64L * 1024 * 1024;

  /** The shortest time to live. */
  Duration SHORTEST_LIFE = Duration.ofMillis(1);

  /** The longest time to live. */
  Duration LONGEST_LIFE = Duration.ofDays(36_525);

  /**
   * Reads a record as of some moment between the call and the answer.
   *
   * @param done the record, present or not; or {@code UNAVAILABLE} when no answer came within
   *     {@code timeout}
   */
  void read(String key, Duration timeout, Consumer<Result<Versioned>> done);

  /**
   * Reads a record from any replica, a majority or not: some value that it had, maybe not the last
   * one, and maybe one whose time to live is over.
   *
   * @param done the record as it was at some time before the answer; or {@code UNAVAILABLE} when no
   *     replica answered within {@code timeout}, {@code OVERLOADED}
   */
  void readStale(String key, Duration timeout, Consumer<Result<Versioned>> done);

  /**
   * Writes a record once, even if it has to be tried several times.
   *
   * @param done written or conflict; or {@code UNAVAILABLE} if it certainly was not and will not be
   *     written, {@code OUTCOME_UNKNOWN} if it may be, {@code TOO_LARGE}, {@code OVERLOADED}
   */
  void write(Write write, Duration timeout, Consumer<Result<WriteOutcome>> done);

  /**
   * Reads records, each as {@link #read} would: one by one they are linearizable, together they are
   * of no one moment. Each daddy is asked once, as long as its answer fits a message.
   *
   * @param keys at most {@link #MAX_BATCH}
   * @param done what became of each, in the order of the keys; {@code TOO_LARGE} for those that
   *     were to be read when others had {@link #MAX_BATCH_BYTES} already. Or for the whole: {@code
   *     INVALID} if there are too many, {@code OVERLOADED} if too many are under way
   */
  void readAll(List<String> keys, Duration timeout, Consumer<Result<List<Result<Versioned>>>> done);

  /**
   * Writes records, each as {@link #write} would, and each for itself: some may take effect and
   * others not. Those of one key come in no certain order. Each daddy is asked once, as long as the
   * question fits a message.
   *
   * @param writes at most {@link #MAX_BATCH}, with {@link #MAX_BATCH_BYTES}
   * @param done what became of each, in the order of the writes. Or for the whole, nothing done:
   *     {@code INVALID} if there are too many, {@code TOO_LARGE}, {@code OVERLOADED} if too many
   *     are under way
   */
  void writeAll(
      List<Write> writes, Duration timeout, Consumer<Result<List<Result<WriteOutcome>>>> done);

  /**
   * Reads some of the records that have a value, in the order of their ids. Each is as of some
   * moment between the call and the answer.
   *
   * @param done a page; or {@code UNAVAILABLE} when no answer came within {@code timeout}
   */
  void scan(Scan scan, Duration timeout, Consumer<Result<Scan.Page>> done);

  /**
   * Watches a key, or all keys that begin alike: tells what is there, and then what changes; also
   * across takeovers, splits and lost messages. The last state of a key is told always, those
   * before it may be left out. Only what is decided is told, each version of a key once, in
   * ascending order.
   *
   * @return what ends it; or {@code OVERLOADED} when 1 024 watches are open at this node, or 64 of
   *     prefixes; or {@code INVALID}. Where a daddy holds more than 4 096 questions about keys of
   *     an arc, or 256 about prefixes, a watch waits until there is room.
   */
  Result<Watch> watch(Watched what, WatchListener listener);

  /** Who keeps the arc of a key: asked of its daddy. */
  void locate(String key, Duration timeout, Consumer<Result<ArcStatus>> done);

  /** The arcs that this node keeps a replica of. */
  List<ArcStatus> arcs();
}
