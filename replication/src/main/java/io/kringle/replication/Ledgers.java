package io.kringle.replication;

import io.kringle.ring.Bytes;
import io.kringle.ring.Id;
import io.kringle.ring.Peer;
import io.kringle.ring.Result;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Ledgers: sequences of items that only grow at one end, each at an id of its own; replicated and
 * linearizable, from any node of the ring. Items are numbered 1, 2, 3, …, without gap or reuse
 * whatever dies meanwhile; the oldest go when there are more than the ledger's {@link Retention}
 * allows. A ledger exists as soon as it is named. Called within a step of the node; callbacks come
 * in a step of the node, exactly once.
 */
public interface Ledgers {

  /**
   * Appends an item once, even if it has to be tried several times.
   *
   * @param done its number, when a majority of the replicas has it; or {@code UNAVAILABLE} if it
   *     certainly was not and will not be appended, {@code OUTCOME_UNKNOWN} if it may be, {@code
   *     TOO_LARGE}, {@code OVERLOADED}
   */
  default void append(Id ledger, Bytes payload, Duration timeout, Consumer<Result<Appended>> done) {
    append(ledger, Optional.empty(), payload, timeout, done);
  }

  /**
   * Appends an item, unless one was appended with the same key, by whatever node: then that is what
   * {@code done} is told of. An item's key is known as long as it is among the ledger's last 1 024,
   * and kept.
   *
   * @param once the key, if the item has one
   * @param done as above
   */
  void append(
      Id ledger,
      Optional<String> once,
      Bytes payload,
      Duration timeout,
      Consumer<Result<Appended>> done);

  /**
   * Appends an item as the one of just this number, as whoever has read all that is before it may.
   *
   * @param sequence above 0
   * @param done as above; or {@code REFUSED} if another item is or would be there, and nothing was
   *     or will be appended
   */
  void appendAt(
      Id ledger, long sequence, Bytes payload, Duration timeout, Consumer<Result<Appended>> done);

  /**
   * Reads items that were there at some moment between the call and the answer.
   *
   * @param after the number after which to begin; 0: with the oldest
   * @param done a page; or {@code UNAVAILABLE} when no answer came within {@code timeout}
   */
  void read(Id ledger, long after, Duration timeout, Consumer<Result<Page>> done);

  /**
   * Sets how much of a ledger is kept.
   *
   * @param done when that is decided; or {@code UNAVAILABLE}
   */
  void retain(Id ledger, Retention retention, Duration timeout, Consumer<Result<Retention>> done);

  /**
   * Whether this node is the daddy of a ledger, with everything applied that was ever decided; so
   * that {@link Desk} hears of each further item. If it is taken for the daddy wrongly, it appends
   * nothing.
   */
  boolean leads(Id ledger);

  /** For how long this node {@link #leads} a ledger; zero if it does not. */
  Duration ledFor(Id ledger);

  /** Who is taken for the daddy of a ledger by the replica here, if there is one. */
  Optional<Peer> daddy(Id ledger);

  /**
   * What the replica here has of a ledger, maybe not the latest; for who {@link #leads}.
   *
   * @return empty if there is no replica here, or it is damaged: that is not an empty ledger
   */
  Optional<Page> readHere(Id ledger, long after);

  /** Has the ledgers that this node leads told of, from now on; one listener. */
  void listen(Desk desk);

  /** Who is told what becomes of the ledgers that this node leads. */
  interface Desk {
    /**
     * An item was decided: told in order, each once, as long as this node leads.
     *
     * @return how many will hear of it, for whoever appended it
     */
    int appended(Id ledger, Item item);

    /** How many would hear of an item now. */
    int audience(Id ledger);

    /** Some ledgers are led by this node from now on, or no more. */
    void changed();
  }

  /**
   * An item that was appended.
   *
   * @param sequence its number
   * @param audience what {@link Desk} said of it at the daddy
   */
  record Appended(long sequence, int audience) {}

  /**
   * One item.
   *
   * @param sequence its number
   * @param payload what was appended
   */
  record Item(long sequence, Bytes payload) {}

  /**
   * Some items of a ledger.
   *
   * @param first number of the oldest item that is kept; {@code last + 1} if there is none
   * @param last number of the item that was appended last; 0: none ever
   * @param items in order and without gap, from the one asked for or the oldest kept; about 256 KiB
   *     of them at the most, or one
   */
  record Page(long first, long last, List<Item> items) {
    /** Copies the items. */
    public Page {
      items = List.copyOf(items);
    }
  }
}
