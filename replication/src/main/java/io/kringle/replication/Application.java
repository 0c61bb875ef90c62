package io.kringle.replication;

import io.kringle.ring.Bytes;
import io.kringle.ring.Id;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

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

  Application(Group group, long applied) {
    this.group = group;
    this.node = group.node;
    this.machine = new Machine(node.storage, node.codec);
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

  /** What is stored under a key, as far as it is applied. */
  StoredState read(Id id, String key) {
    return machine.read(id, key);
  }

  /** A snapshot as of {@code index} takes the place of everything. */
  void reset(long index) {
    applied = index;
    commit = index;
  }

  /** Everything up to {@code index} is committed: applies it. */
  void commitTo(long index) {
    if (index > commit) {
      commit = index;
      apply();
    }
  }

  private void apply() {
    List<Leadership.Applied> outcomes = new ArrayList<>();
    while (group.isAlive() && applied < commit) {
      long index = applied + 1;
      Entry entry = group.log.entry(index);
      if (entry instanceof Entry.Put put) {
        outcomes.add(
            new Leadership.Applied(
                index, machine.apply(index, put, group.configurations.applied())));
        compaction.applied(put);
      } else if (entry.isChange()) {
        drain();
      }
      applied = index;
      node.applied++;
      if (entry.isChange()) {
        changed(index, entry);
      }
    }
    if (group.isAlive()) {
      drain();
      group.leadership().ifPresent(lead -> lead.applied(outcomes));
      compaction.run();
    }
  }

  private void drain() {
    if (machine.hasChanges()) {
      ArcStorage.Batch batch = node.storage.batch();
      machine.drain(batch);
      node.storage.commit(batch, group::checked);
    }
  }

  private void changed(long index, Entry entry) {
    Configuration before = group.configurations.applied();
    group.configurations.applied(index);
    group.metaChanged();
    if (entry instanceof Entry.Split split) {
      split(index, split, before);
    } else if (!group.configuration().includes(node.self())) {
      group.destroy();
    } else {
      group.leadership().ifPresent(lead -> lead.membersChanged(before));
    }
  }

  /**
   * Both halves are stored in one batch: there is no moment at which two replicas overlap, or an id
   * has none.
   */
  private void split(long index, Entry.Split split, Configuration before) {
    long number = splitNumber(group.arc, index);
    ArcMeta half =
        new ArcMeta(
            before.splitOff(split.at()),
            split.epoch(),
            Optional.empty(),
            index,
            split.epoch(),
            index,
            false,
            List.of());
    group.splits.add(new PastSplit(index, split.epoch(), half.configuration()));
    ArcStorage.Batch batch = node.storage.batch();
    Group.Mark mark = group.save(batch);
    batch.putMeta(number, Bytes.of(node.codec.encode(half)));
    node.storage.commit(batch, result -> group.saved(mark, result));
    Group other = node.groups.adopt(number, half);
    if (group.isLeader()) {
      group.leadership().ifPresent(Leadership::tellCommit);
      other.election.standNow();
    } else {
      other.election.begin();
    }
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
