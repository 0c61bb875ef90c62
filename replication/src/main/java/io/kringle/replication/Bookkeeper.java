package io.kringle.replication;

import io.kringle.ring.Bytes;
import io.kringle.ring.Id;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The daddy's side of ledgers: takes items in, each once, and has the oldest go when there are too
 * many. What it remembers of ledgers is read back from their items: at most {@value #MOST} ledgers.
 */
final class Bookkeeper {
  private static final int MOST = 1_024;

  private final Group group;
  private final Proposals proposals;
  private final LedgerReader reader;

  /** Those in use lately, the latest last. */
  private final Map<Id, OpenLedger> open = new LinkedHashMap<>(16, 0.75f, true);

  Bookkeeper(Group group, Proposals proposals) {
    this.group = group;
    this.proposals = proposals;
    this.reader = new LedgerReader(group);
  }

  /** Appends an item, unless it is known already: waiting here, or kept. */
  void add(ClientMessage.Add add, Consumer<ClientMessage.Reply> done) {
    if (proposals.takeOver(add.op(), done)) {
      return;
    }
    Optional<OpenLedger> found = find(add.ledger());
    if (found.isEmpty()) {
      done.accept(ClientMessage.NotDaddy.UNKNOWN);
      return;
    }
    OpenLedger ledger = found.get();
    Optional<Long> earlier = ledger.sequenceOf(add.op());
    if (earlier.isPresent()) {
      int audience = group.node.desk.audience(add.ledger());
      done.accept(new ClientMessage.Added(earlier.get(), audience, group.applied()));
    } else if (ledger.mayForget(add.born())) {
      done.accept(new ClientMessage.Forgotten(group.applied()));
    } else {
      long now = group.clock.now();
      Bytes payload = add.payload();
      long first = ledger.firstToKeep(now, 1, payload.size());
      boolean isProposed =
          proposals.propose(
              add.op(),
              new Entry.AddItem(
                  group.epoch(), add.op(), add.ledger(), add.at(), payload, now, first),
              done);
      if (isProposed) {
        ledger.proposed(group.log.last(), payload.size());
      }
    }
  }

  void retain(ClientMessage.Retain retain, Consumer<ClientMessage.Reply> done) {
    if (!proposals.takeOver(retain.op(), done)) {
      proposals.propose(
          retain.op(),
          new Entry.KeepItems(group.epoch(), retain.ledger(), Optional.of(retain.retention()), 0),
          done);
    }
  }

  /** Some items, as they are applied. */
  void read(ClientMessage.ReadLedger read, Consumer<ClientMessage.Reply> done) {
    Optional<Ledgers.Page> page =
        group.range().contains(read.ledger())
            ? reader.page(read.ledger(), read.after())
            : Optional.empty();
    done.accept(
        page.<ClientMessage.Reply>map(ClientMessage.LedgerPage::of)
            .orElse(ClientMessage.NotDaddy.UNKNOWN));
  }

  /** Items were decided: those who wait are told, and the oldest go. */
  Map<Long, Integer> added(List<LedgerMachine.Added> added) {
    Map<Long, Integer> audiences = new LinkedHashMap<>();
    for (LedgerMachine.Added each : added) {
      LedgerItem item = each.item();
      Optional.ofNullable(open.get(each.ledger())).ifPresent(ledger -> ledger.added(item));
      int audience =
          group.node.desk.appended(
              each.ledger(), new Ledgers.Item(item.sequence(), item.payload()));
      audiences.put(item.index(), audience);
    }
    return audiences;
  }

  /** Other bounds were decided for a ledger, or the sweep has met it: the oldest items may go. */
  void look(Id ledger) {
    Optional<OpenLedger> found = find(ledger);
    Optional<LedgerHead> head = reader.head(ledger);
    if (found.isPresent() && head.isPresent()) {
      long first = found.get().firstToKeep(group.clock.now(), 0, 0);
      if (first > head.get().first()) {
        group.append(new Entry.KeepItems(group.epoch(), ledger, Optional.empty(), first));
      }
    }
  }

  private Optional<OpenLedger> find(Id id) {
    OpenLedger known = open.get(id);
    if (known != null) {
      return Optional.of(known);
    }
    Optional<OpenLedger> read = OpenLedger.read(reader, id);
    read.ifPresent(
        ledger -> {
          open.put(id, ledger);
          if (open.size() > MOST) {
            open.remove(open.keySet().iterator().next());
          }
        });
    return read;
  }
}
