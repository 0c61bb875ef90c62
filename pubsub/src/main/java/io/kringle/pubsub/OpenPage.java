package io.kringle.pubsub;

import io.kringle.replication.Ledgers;
import java.util.List;
import java.util.Optional;

/**
 * The page of a ledger that one cursor is at, or none.
 *
 * <p>Invariant: what is kept from one step to the next, {@link Pages} has made room for.
 */
final class OpenPage {
  private final Pages pages;
  private List<Ledgers.Item> items = List.of();
  private long kept;

  OpenPage(Pages pages) {
    this.pages = pages;
  }

  boolean isEmpty() {
    return items.isEmpty();
  }

  /** Opens a page, if {@code next} is on it; the one before was closed. */
  void open(Ledgers.Page page, long next) {
    boolean isHere = !page.items().isEmpty() && page.items().get(0).sequence() <= next;
    items = isHere ? page.items() : List.of();
  }

  /** The message of this number, if it is here; if not, what is here is over. */
  Optional<Numbered> find(long next) {
    long place = items.isEmpty() ? 0 : next - items.get(0).sequence();
    if (place >= items.size()) {
      close();
      return Optional.empty();
    }
    Ledgers.Item item = items.get((int) place);
    return Optional.of(new Numbered(item.sequence(), item.payload()));
  }

  /** Keeps it for later steps; if there is no room, it is to be read again. */
  void keep() {
    long bytes = items.stream().mapToLong(item -> item.payload().size()).sum();
    if (pages.keep(bytes)) {
      kept = bytes;
    } else {
      items = List.of();
    }
  }

  void close() {
    items = List.of();
    pages.giveBack(kept);
    kept = 0;
  }
}
