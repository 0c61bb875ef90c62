package io.kringle.replication;

import io.kringle.ring.Peer;
import java.util.List;
import java.util.Optional;

/**
 * Receives an arc's records. They are read at the sender while it goes on applying, so they are of
 * no single moment; the index in each tells which entries it contains already, and the log after
 * the snapshot's index does the rest. This replica leads only with every committed entry in its
 * log, hence never with half of that.
 *
 * <p>They come in order, so that the key of the last one says how far this replica is. That is
 * stored with each piece: whoever leads next, or this replica after a restart, goes on from there.
 *
 * <p>Invariants: while installing, base = applied = the snapshot's index, the log is empty, and the
 * replica holds all records of its range up to the cursor and none behind it.
 */
final class Incoming {
  private final Group group;
  private final Context node;
  private boolean installing;
  private Optional<String> cursor;

  Incoming(Group group, ArcMeta meta) {
    this.group = group;
    this.node = group.node;
    this.installing = meta.installing();
    this.cursor = meta.cursor();
  }

  boolean isInstalling() {
    return installing;
  }

  /** Key of the last record that is there; empty if none is, or if all are. */
  Optional<String> cursor() {
    return cursor;
  }

  void offered(Peer from, ReplicationMessage.Offer offer) {
    group.whenSaved(() -> answer(from, offer.index(), offer.indexEpoch()));
    boolean isOther =
        !installing
            ? !isKnown(offer.index(), offer.indexEpoch())
            : !stands(offer.index(), offer.indexEpoch());
    if (isOther && (offer.anew() || cursor.isEmpty())) {
      begin(offer);
    }
  }

  void received(Peer from, ReplicationMessage.Chunk chunk) {
    boolean isNext =
        installing
            && stands(chunk.index(), chunk.indexEpoch())
            && chunk.after().equals(cursor)
            && (chunk.last() || !chunk.records().isEmpty());
    group.whenSaved(() -> answer(from, chunk.index(), chunk.indexEpoch()));
    if (isNext && node.room == Room.PLENTY && isIntact(chunk)) {
      store(chunk);
    }
  }

  private boolean stands(long index, long indexEpoch) {
    return group.log.base() == index && group.log.baseEpoch() == indexEpoch;
  }

  /**
   * A log that goes on from the snapshot's end needs none; nor does it have uncommitted entries to
   * lose.
   */
  private boolean isKnown(long index, long indexEpoch) {
    Log log = group.log;
    return !installing
        && (index <= group.commit() || (index <= log.last() && log.epochAt(index) == indexEpoch));
  }

  private static boolean isIntact(ReplicationMessage.Chunk chunk) {
    return chunk.records().stream().allMatch(item -> Seal.isIntact(item.record()));
  }

  /**
   * Clears the replica; until it is filled it neither stands for election nor takes entries. Before
   * that it may turn out that it was no member any more; then it is gone, and the sender begins
   * anew. An offer of more than there is room for beside other replicas was made before a split
   * that this node has the halves of, and comes late.
   */
  private void begin(ReplicationMessage.Offer offer) {
    group.splits.applyKnown(offer.splits());
    if (!group.isAlive() || !node.groups.isFree(offer.configuration().arc(), group)) {
      return;
    }
    ArcStorage.Batch batch = node.storage.batch();
    batch.removeRecords(group.range());
    batch.removeRecords(offer.configuration().arc());
    List<PastSplits.Missed> missed = group.splits.makeMissed(offer.splits(), batch);
    installing = true;
    cursor = Optional.empty();
    group.reset(offer);
    group.commit(batch);
    if (group.isAlive()) {
      group.begin(missed);
    }
  }

  private void store(ReplicationMessage.Chunk chunk) {
    ArcStorage.Batch batch = node.storage.batch();
    chunk.records().forEach(item -> batch.putRecord(item.id(), item.key(), item.record()));
    if (chunk.last()) {
      installing = false;
      cursor = Optional.empty();
    } else {
      cursor = Optional.of(chunk.records().get(chunk.records().size() - 1).key());
    }
    group.commit(batch);
  }

  /** Says that everything up to an index is here, or where this replica stands. */
  private void answer(Peer to, long index, long indexEpoch) {
    if (isKnown(index, indexEpoch)) {
      answer(to, index, indexEpoch, true);
    } else {
      answer(to, installing ? group.log.base() : 0, group.log.baseEpoch(), false);
    }
  }

  private void answer(Peer to, long index, long indexEpoch, boolean complete) {
    node.send(
        to,
        new ReplicationMessage.Standing(
            group.arc,
            group.generation(),
            group.epoch(),
            index,
            indexEpoch,
            group.range().to(),
            cursor,
            complete));
  }
}
