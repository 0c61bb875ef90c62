package io.kringle.replication;

import io.kringle.ring.Peer;
import io.kringle.ring.Result;

/**
 * Receives an arc's records. They are read at the sender while it goes on applying, so they are of
 * no single moment; the index in each tells which entries it contains already, and the log after
 * {@link ReplicationMessage.Chunk#index} does the rest. This replica leads only with every
 * committed entry in its log, hence never with half of that.
 */
final class Incoming {
  private final Group group;
  private long transfer;
  private int expected;
  private boolean begun;

  Incoming(Group group) {
    this.group = group;
  }

  void received(Peer from, ReplicationMessage.Chunk chunk) {
    if (!group.isInstalling() && isKnown(chunk)) {
      group.whenSaved(() -> answer(from, chunk, 0, true));
      return;
    }
    boolean ours = begun && transfer == chunk.transfer();
    if (!ours && chunk.sequence() == 0) {
      begun = true;
      transfer = chunk.transfer();
      expected = 0;
      group.beginInstall(chunk);
      ours = true;
      if (!group.isAlive()) {
        return;
      }
    }
    if (!ours) {
      answer(from, chunk, 0, false);
    } else if (chunk.sequence() == expected && isIntact(chunk) && group.node.room == Room.PLENTY) {
      store(from, chunk);
    } else if (chunk.sequence() < expected) {
      answer(from, chunk, expected, false);
    }
  }

  /**
   * A log that goes on from the snapshot's end needs none; nor does it have uncommitted entries to
   * lose.
   */
  private boolean isKnown(ReplicationMessage.Chunk chunk) {
    Log log = group.log;
    return chunk.index() <= group.commit()
        || (chunk.index() <= log.last() && log.epochAt(chunk.index()) == chunk.indexEpoch());
  }

  private static boolean isIntact(ReplicationMessage.Chunk chunk) {
    return chunk.records().stream().allMatch(item -> Seal.isIntact(item.record()));
  }

  private void store(Peer from, ReplicationMessage.Chunk chunk) {
    expected++;
    ArcStorage.Batch batch = group.node.storage.batch();
    chunk.records().forEach(item -> batch.putRecord(item.id(), item.key(), item.record()));
    int next = expected;
    group.node.storage.commit(batch, result -> stored(from, chunk, next, result));
  }

  private void stored(Peer from, ReplicationMessage.Chunk chunk, int next, Result<Void> result) {
    group.checked(result);
    if (!group.isAlive() || !begun || transfer != chunk.transfer()) {
      return;
    }
    if (chunk.last()) {
      begun = false;
      group.endInstall();
      group.whenSaved(() -> answer(from, chunk, next, true));
    } else {
      answer(from, chunk, next, false);
    }
  }

  private void answer(Peer to, ReplicationMessage.Chunk chunk, int next, boolean complete) {
    group.node.send(
        to,
        new ReplicationMessage.ChunkReply(
            group.arc, group.generation(), group.epoch(), chunk.transfer(), next, complete));
  }
}
