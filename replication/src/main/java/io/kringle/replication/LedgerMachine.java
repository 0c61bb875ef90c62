package io.kringle.replication;

import io.kringle.ring.Arc;
import io.kringle.ring.Id;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Applies log entries to ledgers, the same way at every replica.
 *
 * <p>As with records, what is stored may be ahead of the log that is applied over it. A head knows
 * the entry that touched it last, and whoever stores a head has every item that it keeps: they are
 * stored together, and a snapshot reads them later than the head. Items beyond the head are written
 * again as they were.
 */
final class LedgerMachine {
  private final Draft draft;
  private List<Added> added = new ArrayList<>();
  private Set<Id> kept = new LinkedHashSet<>();

  /** An item that was appended by an entry. */
  record Added(Id ledger, LedgerItem item) {}

  LedgerMachine(Draft draft) {
    this.draft = draft;
  }

  /**
   * Applies one item.
   *
   * @return what became of it; empty if something is damaged, and nothing was done
   */
  Optional<ClientMessage.Reply> apply(long index, Entry.AddItem entry, Arc arc) {
    Id ledger = entry.ledger();
    if (!arc.contains(ledger)) {
      return Optional.of(ClientMessage.NotDaddy.UNKNOWN);
    }
    Optional<LedgerHead> found = head(ledger);
    if (found.isEmpty() || found.get().index() >= index) {
      return found.map(ahead -> new ClientMessage.Dropped());
    }
    if (entry.at() != ClientMessage.Add.ANYWHERE && entry.at() != found.get().last() + 1) {
      return Optional.of(new ClientMessage.NotNext());
    }
    LedgerHead head = found.get().appended(index, entry.payload().size());
    LedgerItem item =
        new LedgerItem(index, head.last(), entry.op(), entry.time(), head.total(), entry.payload());
    if (!trim(index, ledger, head, entry.first())) {
      return Optional.empty();
    }
    draft.put(ledger, Places.ofItem(ledger, item.sequence()), item);
    added.add(new Added(ledger, item));
    return Optional.of(new ClientMessage.Added(item.sequence(), 0, index));
  }

  /** Applies what is to be kept; as above. */
  Optional<ClientMessage.Reply> apply(long index, Entry.KeepItems entry, Arc arc) {
    Id ledger = entry.ledger();
    if (!arc.contains(ledger)) {
      return Optional.of(ClientMessage.NotDaddy.UNKNOWN);
    }
    Optional<LedgerHead> found = head(ledger);
    if (found.isEmpty() || found.get().index() >= index) {
      return found.map(ahead -> new ClientMessage.Dropped());
    }
    LedgerHead before = found.get();
    LedgerHead head = before.keeping(index, entry.retention().orElse(before.retention()));
    if (!trim(index, ledger, head, entry.first())) {
      return Optional.empty();
    }
    kept.add(ledger);
    return Optional.of(new ClientMessage.Retained(head.retention()));
  }

  private Optional<LedgerHead> head(Id ledger) {
    return draft.find(LedgerHead.class, ledger, Places.ofLedger(ledger)).or(LedgerHead.NONE);
  }

  /** Drops the items before {@code first}, and stores the head; false if one is damaged. */
  private boolean trim(long index, Id ledger, LedgerHead head, long first) {
    long end = Math.min(first, head.last() + 1);
    if (end <= head.first()) {
      draft.put(ledger, Places.ofLedger(ledger), head);
      return true;
    }
    // Not there while a later entry that drops it is yet to be applied: then its own index does.
    Draft.Found<LedgerItem> lastGone =
        draft.find(LedgerItem.class, ledger, Places.ofItem(ledger, end - 1));
    if (lastGone.isDamaged()) {
      return false;
    }
    for (long sequence = head.first(); sequence < end; sequence++) {
      draft.remove(ledger, Places.ofItem(ledger, sequence));
    }
    long forgotten = lastGone.value().map(LedgerItem::index).orElse(index);
    draft.put(ledger, Places.ofLedger(ledger), head.trimmed(index, end, forgotten));
    return true;
  }

  /** What has become of ledgers since the last time. */
  void drain(List<Added> items, Set<Id> others) {
    items.addAll(added);
    others.addAll(kept);
    added = new ArrayList<>();
    kept = new LinkedHashSet<>();
  }
}
