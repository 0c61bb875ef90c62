package io.kringle.replication;

import io.kringle.ring.Id;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What the daddy remembers of a ledger in use: by which operations its last {@value #REMEMBERED}
 * items came, and how large its oldest ones are.
 */
final class OpenLedger {
  private static final int REMEMBERED = 1_024;

  /** Items that go by one entry, at the most. */
  private static final int AT_A_TIME = 1_024;

  private final LedgerReader reader;
  private final Id id;
  private final Map<OpId, Known> byOperation = new LinkedHashMap<>();

  /**
   * The oldest items, from the first that is kept to the first that is to stay: those between are
   * looked at once, and not for each item that is proposed before they are gone.
   */
  private final TreeMap<Long, Oldest> oldest = new TreeMap<>();

  /** The log entry of the last item whose operation is not remembered. */
  private long forgotten;

  /** Items that are proposed, the first of which may be applied. */
  private final Deque<UnderWay> underWay = new ArrayDeque<>();

  private long bytesUnderWay;

  private record UnderWay(long index, int bytes) {}

  private record Known(long sequence, long index) {}

  /** Of an item that is kept. */
  private record Oldest(long begin, long time) {}

  private OpenLedger(LedgerReader reader, Id id, long forgotten) {
    this.reader = reader;
    this.id = id;
    this.forgotten = forgotten;
  }

  /** Reads back what is to be remembered; empty if something is damaged. */
  static Optional<OpenLedger> read(LedgerReader reader, Id id) {
    Optional<LedgerHead> found = reader.head(id);
    if (found.isEmpty()) {
      return Optional.empty();
    }
    LedgerHead head = found.get();
    OpenLedger ledger = new OpenLedger(reader, id, head.forgotten());
    long first = Math.max(head.first(), head.last() + 1 - REMEMBERED);
    for (long next = Math.max(head.first(), first - 1); next <= head.last(); next++) {
      Optional<LedgerItem> item = reader.item(id, next);
      if (item.isEmpty()) {
        return Optional.empty();
      }
      ledger.remember(item.get());
    }
    return Optional.of(ledger);
  }

  private void remember(LedgerItem item) {
    byOperation.put(item.op(), new Known(item.sequence(), item.index()));
    if (byOperation.size() > REMEMBERED) {
      Iterator<Known> eldest = byOperation.values().iterator();
      forgotten = eldest.next().index();
      eldest.remove();
    }
  }

  /** The item that an operation has appended, if it is remembered. */
  Optional<Long> sequenceOf(OpId op) {
    return Optional.ofNullable(byOperation.get(op)).map(Known::sequence);
  }

  /** Whether an operation that began when the log was at {@code born} may be forgotten. */
  boolean mayForget(long born) {
    return forgotten > born;
  }

  /** An item is on its way, by the log entry at {@code index}. */
  void proposed(long index, int bytes) {
    underWay.add(new UnderWay(index, bytes));
    bytesUnderWay += bytes;
  }

  void added(LedgerItem item) {
    applied(item.index());
    remember(item);
  }

  /** What became of all items up to this entry can be read, also of those that became nothing. */
  private void applied(long index) {
    while (!underWay.isEmpty() && underWay.peekFirst().index() <= index) {
      bytesUnderWay -= underWay.removeFirst().bytes();
    }
  }

  /**
   * From which item on to keep them when so many more come; those under way are counted. Damaged
   * ones are found when they are read.
   */
  long firstToKeep(long now, int moreItems, int moreBytes) {
    Optional<LedgerHead> found = reader.head(id);
    if (found.isEmpty()) {
      return 0;
    }
    LedgerHead head = found.get();
    applied(Math.max(head.index(), reader.applied()));
    Retention bounds = head.retention();
    long last = head.last() + underWay.size() + moreItems;
    long end = head.total() + bytesUnderWay + moreBytes;
    long first = head.first();
    oldest.headMap(first).clear();
    for (int i = 0; i < AT_A_TIME && first <= head.last(); i++) {
      long sequence = first;
      boolean isLast = sequence == last;
      boolean isBeyond =
          oldest(sequence)
              .filter(
                  each ->
                      last - sequence >= bounds.items()
                          || (end - each.begin() > bounds.bytes() && !isLast)
                          || now - each.time() > bounds.age().toMillis())
              .isPresent();
      if (!isBeyond) {
        return first;
      }
      first++;
    }
    return first;
  }

  private Optional<Oldest> oldest(long sequence) {
    Optional<Oldest> known = Optional.ofNullable(oldest.get(sequence));
    return known.or(
        () -> {
          Optional<Oldest> read =
              reader.item(id, sequence).map(item -> new Oldest(item.begin(), item.time()));
          read.ifPresent(found -> oldest.put(sequence, found));
          return read;
        });
  }
}
