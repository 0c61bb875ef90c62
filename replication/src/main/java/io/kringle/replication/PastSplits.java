package io.kringle.replication;

import io.kringle.ring.Bytes;
import java.util.ArrayList;
import java.util.List;

/**
 * The splits of an arc, and what becomes of one that a replica would never apply, since a snapshot
 * or its removal takes it past.
 *
 * <p>A member of the arc that was split is a member of both halves, and its word may be needed in
 * either. If it has the split in its log, all before that is as it was decided (Raft's log
 * matching), and it applies the split after all. If not, it makes the other half without records,
 * to be filled: it has promised nothing there yet, for the split is what would have taken it in.
 *
 * <p>Invariant: indexes ascend; at most {@value #MOST} are known, and a member that was away for
 * more than that stays without the oldest.
 */
final class PastSplits {
  private static final int MOST = 64;

  private final Group group;
  private final List<PastSplit> known;

  PastSplits(Group group, List<PastSplit> known) {
    this.group = group;
    this.known = new ArrayList<>(known);
  }

  List<PastSplit> all() {
    return List.copyOf(known);
  }

  /** A split has been applied, or heard of. */
  void add(PastSplit split) {
    if (known.isEmpty() || known.get(known.size() - 1).index() < split.index()) {
      known.add(split);
      if (known.size() > MOST) {
        known.remove(0);
      }
    }
  }

  /**
   * Applies those that the log of this replica contains.
   *
   * @param splits of this arc, all of them committed
   */
  void applyKnown(List<PastSplit> splits) {
    for (PastSplit split : splits) {
      boolean isInLog =
          !group.isInstalling()
              && split.index() > group.log.base()
              && split.index() <= group.log.last()
              && group.log.epochAt(split.index()) == split.epoch();
      if (isInLog) {
        group.commitTo(split.index());
      }
    }
  }

  /**
   * Makes the halves that this replica has not come to: those within its range, for a replica that
   * was begun after a split has never covered the other half.
   *
   * @param batch that takes away, or narrows, this replica
   * @return the arcs that begin, by number, once the batch is committed
   */
  List<Missed> makeMissed(List<PastSplit> splits, ArcStorage.Batch batch) {
    List<Missed> missed = new ArrayList<>();
    for (PastSplit split : splits) {
      long number = Application.splitNumber(group.arc, split.index());
      boolean isMissed =
          split.index() > group.applied()
              && group.range().covers(split.half().arc())
              && group.node.graves.closedTo(number, split.half().generation()).isEmpty();
      if (isMissed && split.half().includes(group.node.self())) {
        ArcMeta empty = ArcMeta.toBeFilled(split.half(), split.epoch());
        batch.putMeta(number, Bytes.of(group.node.codec.encode(empty)));
        missed.add(new Missed(number, empty));
      }
    }
    return missed;
  }

  /** A half to be filled. */
  record Missed(long arc, ArcMeta meta) {}
}
