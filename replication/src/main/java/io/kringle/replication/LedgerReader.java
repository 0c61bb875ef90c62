package io.kringle.replication;

import io.kringle.ring.Arc;
import io.kringle.ring.Id;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The ledgers of one replica, as they are applied. Whatever is damaged is mended, and not told. */
final class LedgerReader {
  private static final int PAGE_BYTES = 256 * 1024;

  /** What an item costs in a message besides its payload, about. */
  private static final int OVERHEAD = 16;

  private final Group group;

  LedgerReader(Group group) {
    this.group = group;
  }

  /** The last log entry that everything here is as of, at the least. */
  long applied() {
    return group.applied();
  }

  /** Empty if it is damaged. */
  Optional<LedgerHead> head(Id ledger) {
    return sound(
        ledger,
        new Draft(group.node.storage, group.node.codec)
            .stored(LedgerHead.class, ledger, Places.ofLedger(ledger))
            .or(LedgerHead.NONE));
  }

  /** An item that is kept; empty if it is damaged. */
  Optional<LedgerItem> item(Id ledger, long sequence) {
    return sound(
        ledger,
        new Draft(group.node.storage, group.node.codec)
            .stored(LedgerItem.class, ledger, Places.ofItem(ledger, sequence))
            .value());
  }

  private <T> Optional<T> sound(Id ledger, Optional<T> found) {
    if (found.isEmpty()) {
      group.damaged(new Arc(ledger, ledger.next()));
    }
    return found;
  }

  /** Some items, none of them too old; empty if something is damaged. */
  Optional<Ledgers.Page> page(Id ledger, long after) {
    Optional<LedgerHead> found = head(ledger);
    if (found.isEmpty()) {
      return Optional.empty();
    }
    LedgerHead head = found.get();
    long oldest = group.clock.now() - head.retention().age().toMillis();
    long first = head.first();
    List<Ledgers.Item> items = new ArrayList<>();
    int bytes = 0;
    for (long next = Math.max(first, after + 1); next <= head.last(); next++) {
      Optional<LedgerItem> item = item(ledger, next);
      if (item.isEmpty()) {
        return Optional.empty();
      }
      bytes += OVERHEAD + item.get().payload().size();
      if (bytes > PAGE_BYTES && !items.isEmpty()) {
        break;
      }
      if (item.get().time() < oldest && items.isEmpty()) {
        first = next + 1;
        bytes = 0;
      } else {
        items.add(new Ledgers.Item(next, item.get().payload()));
      }
    }
    return Optional.of(new Ledgers.Page(first, head.last(), items));
  }
}
