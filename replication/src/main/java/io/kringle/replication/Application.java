package io.kringle.replication;

import io.kringle.ring.Arc;
import io.kringle.ring.Bytes;
import io.kringle.ring.Id;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What is committed becomes part of the records, entry by entry and in the order of the log; a
 * change of members or of range takes effect here.
 *
 * <p>Invariants: applied ≤ commit, and both only grow, except when a snapshot begins.
 */
final class Application {
  private final Group group;
  private final Context node;
  private final Machine machine;
  private final Compaction compaction;
  private long commit;
  private long applied;

  /** What is not applied any more, up to the split that takes it away; only while that is done. */
  private Optional<LostHalf> lost = Optional.empty();

  Application(Group group, long applied, Floor floor) {
    this.group = group;
    this.node = group.node;
    this.machine = new Machine(node.storage, node.codec, floor);
    this.compaction = new Compaction(group);
    this.commit = applied;
    this.applied = applied;
  }

  long commit() {
    return commit;
  }

  long applied() {
    return applied;
  }

  Floor floor() {
    return machine.floor();
  }

  /** What is stored under a key, as far as it is applied; empty if it is damaged. */
  Optional<StoredState> read(Id id, String key) {
    return machine.read(id, key);
  }

  /** The log after this index is needed. */
  long needed() {
    return compaction.needed();
  }

  /** The log after {@code index} is to be kept. */
  void keep(long index) {
    compaction.keep(index);
  }

  /** A snapshot as of {@code index} takes the place of everything. */
  void reset(long index, Floor floor) {
    applied = index;
    commit = index;
    machine.reset(floor);
  }

  /** Everything up to {@code index} is committed: applies it. */
  void commitTo(long index) {
    if (index > commit) {
      commit = index;
      apply();
    }
  }

  /** Goes on after it has stood still. */
  void resume() {
    apply();
  }

  /** Goes on without what a split is to take away. */
  void resumeWithout(LostHalf half) {
    lost = Optional.of(half);
    apply();
    lost = Optional.empty();
  }

  private void apply() {
    Effects effects = new Effects();
    boolean isSound = true;
    while (isSound && group.isAlive() && !group.isMending() && applied < commit) {
      long index = applied + 1;
      Entry entry = group.log.entry(index);
      isSound = apply(index, entry, effects);
      if (entry.isChange() || entry instanceof Entry.Audit) {
        drain(effects);
      }
      if (isSound && group.isAlive()) {
        applied = index;
        node.applied++;
        group.clock.applied(entry.time());
        applied(index, entry);
      }
    }
    if (group.isAlive()) {
      drain(effects);
    }
    if (group.isAlive()) {
      group.leadership().ifPresent(lead -> lead.applied(effects));
      compaction.run();
    }
  }

  /** What an entry does to records; whether those were sound. */
  private boolean apply(long index, Entry entry, Effects effects) {
    if (lost.filter(half -> index < half.split() && half.has(entry)).isPresent()) {
      return true;
    }
    Configuration configuration = group.configurations.applied();
    if (entry instanceof Entry.Put put) {
      Optional<ClientMessage.Reply> reply = machine.apply(index, put, configuration);
      reply.ifPresentOrElse(
          each -> effects.outcomes().add(new Outcome(index, each)),
          () -> damaged(put.write().key()));
      compaction.applied(put.write().value().map(Bytes::size).orElse(0));
      return reply.isPresent();
    }
    if (entry instanceof Entry.AddItem || entry instanceof Entry.KeepItems) {
      return applyToLedger(index, entry, configuration.arc(), effects);
    }
    if (entry instanceof Entry.Expire expire && !machine.apply(index, expire, configuration)) {
      damaged(expire.key());
      return false;
    }
    if (entry instanceof Entry.Collect collect) {
      machine.apply(index, collect, configuration);
      group.metaChanged();
    }
    return true;
  }

  private boolean applyToLedger(long index, Entry entry, Arc arc, Effects effects) {
    Id ledger;
    Optional<ClientMessage.Reply> reply;
    if (entry instanceof Entry.AddItem item) {
      ledger = item.ledger();
      reply = machine.ledgers().apply(index, item, arc);
      compaction.applied(item.payload().size());
    } else {
      Entry.KeepItems keep = (Entry.KeepItems) entry;
      ledger = keep.ledger();
      reply = machine.ledgers().apply(index, keep, arc);
    }
    reply.ifPresentOrElse(
        each -> effects.outcomes().add(new Outcome(index, each)), () -> damaged(ledger));
    return reply.isPresent();
  }

  private void damaged(String key) {
    damaged(Id.ofKey(key));
  }

  private void damaged(Id id) {
    group.damaged(new Arc(id, id.next()));
  }

  /** Stores what was applied. If that fails, the replica is over: it would apply more over less. */
  private void drain(Effects effects) {
    if (machine.hasChanges()) {
      ArcStorage.Batch batch = node.storage.batch();
      effects.touched().addAll(machine.drain(batch));
      machine.ledgers().drain(effects.added(), effects.kept());
      node.storage.commit(batch, group::checked);
    }
  }

  private void applied(long index, Entry entry) {
    if (entry.isChange()) {
      changed(index, entry);
    } else if (entry instanceof Entry.Audit audit) {
      group.audit.begin(audit);
    }
  }

  /**
   * What entries came to, for the daddy.
   *
   * @param touched records
   * @param added items of ledgers
   * @param kept ledgers whose old items may go
   */
  record Effects(
      List<Outcome> outcomes,
      List<Machine.Touched> touched,
      List<LedgerMachine.Added> added,
      Set<Id> kept) {
    Effects() {
      this(new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new LinkedHashSet<>());
    }
  }

  /** What became of a write. */
  record Outcome(long index, ClientMessage.Reply reply) {}

  private void changed(long index, Entry entry) {
    Configuration before = group.configurations.applied();
    group.configurations.applied(index);
    group.metaChanged();
    if (entry instanceof Entry.Split split) {
      split(index, split, before);
    } else if (!isMember()) {
      group.destroy();
    } else {
      group.leadership().ifPresent(lead -> lead.membersChanged(before));
    }
  }

  /** By what is committed, or will be if the newest entry is. */
  private boolean isMember() {
    return group.configurations.applied().includes(node.self())
        || group.configuration().includes(node.self());
  }

  /**
   * Both halves are stored in one batch: there is no moment at which two replicas overlap, or an id
   * has none.
   */
  private void split(long index, Entry.Split split, Configuration before) {
    long number = splitNumber(group.arc, index);
    boolean isLost = lost.filter(each -> each.split() == index).isPresent();
    ArcMeta half = isLost ? emptyHalf(split, before) : half(index, split, before);
    group.splits.add(new PastSplit(index, split.epoch(), half.configuration()));
    ArcStorage.Batch batch = node.storage.batch();
    Group.Mark mark = group.save(batch);
    if (isLost) {
      batch.removeRecords(half.configuration().arc());
    }
    batch.putMeta(number, Bytes.of(node.codec.encode(half)));
    node.storage.commit(batch, result -> group.saved(mark, result));
    if (!group.isAlive()) {
      return;
    }
    Group other = node.groups.adopt(number, half);
    if (group.isLeader()) {
      group.leadership().ifPresent(Leadership::tellCommit);
      other.election.standNow();
    } else {
      other.election.begin();
    }
  }

  private ArcMeta half(long index, Entry.Split split, Configuration before) {
    return new ArcMeta(
        before.splitOff(split.at()),
        split.epoch(),
        Optional.empty(),
        index,
        split.epoch(),
        index,
        false,
        Optional.empty(),
        List.of(),
        machine.floor(),
        group.clock.now());
  }

  private static ArcMeta emptyHalf(Entry.Split split, Configuration before) {
    return ArcMeta.toBeFilled(before.splitOff(split.at()), split.epoch());
  }

  /**
   * The number of the arc split off by entry {@code index}: every replica comes to the same
   * (splitmix64's finalizer).
   */
  static long splitNumber(long arc, long index) {
    long mixed = (arc ^ index * 0x9E3779B97F4A7C15L) + 0x9E3779B97F4A7C15L;
    mixed = (mixed ^ mixed >>> 30) * 0xBF58476D1CE4E5B9L;
    mixed = (mixed ^ mixed >>> 27) * 0x94D049BB133111EBL;
    return mixed ^ mixed >>> 31;
  }
}
