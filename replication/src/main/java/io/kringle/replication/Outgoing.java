package io.kringle.replication;

import io.kringle.ring.Arc;
import io.kringle.ring.Id;
import io.kringle.ring.Peer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Sends an arc's records to one member: one piece at a time, as they are when they are read, in
 * order of their keys. The log after {@code index} follows.
 */
final class Outgoing {
  private static final int CHUNK_BYTES = 256 * 1024;

  /** Whatever was applied when the transfer began is contained in it. */
  final long index;

  private final Group group;
  private final Peer to;
  private final long transfer;
  private final long indexEpoch;
  private final Configuration configuration;
  private final List<PastSplit> splits;
  private final Floor floor;
  private Optional<ArcStorage.RecordKey> cursor = Optional.empty();
  private ReplicationMessage.Chunk current;

  Outgoing(Group group, Peer to) {
    this.group = group;
    this.to = to;
    this.transfer = group.node.world.random().nextLong();
    this.index = group.applied();
    this.indexEpoch = group.log.epochAt(index);
    this.configuration = group.configurations.applied();
    this.splits = group.splits.all();
    this.floor = group.floor();
    this.current = read(0);
    group.node.snapshots++;
  }

  /**
   * Whether a split has moved the border meanwhile, so that the transfer is of an arc that is no
   * more.
   */
  boolean isOutdated() {
    Arc now = group.range();
    return !now.equals(configuration.arc()) || index < group.log.base();
  }

  void send() {
    group.node.send(to, current);
  }

  /**
   * Goes on to the next piece, if the other side asks for it.
   *
   * @return whether {@code reply} belongs to this transfer and asks for the next piece
   */
  boolean advance(ReplicationMessage.ChunkReply reply) {
    if (reply.transfer() != transfer || reply.next() != current.sequence() + 1 || current.last()) {
      return false;
    }
    current = read(reply.next());
    return true;
  }

  boolean isOf(ReplicationMessage.ChunkReply reply) {
    return reply.transfer() == transfer;
  }

  /** Whether the other side has lost the beginning. */
  boolean isBroken(ReplicationMessage.ChunkReply reply) {
    return reply.transfer() == transfer && reply.next() == 0 && current.sequence() > 0;
  }

  /** The receiver refuses this piece, and somebody else will lead. */
  private void giveUp(Id damaged) {
    group.node.world.after(Duration.ZERO, () -> group.damaged(new Arc(damaged, damaged.next())));
  }

  private ReplicationMessage.Chunk read(int sequence) {
    List<ArcStorage.StoredRecord> records =
        group.node.storage.scan(configuration.arc(), cursor, CHUNK_BYTES);
    if (!records.isEmpty()) {
      ArcStorage.StoredRecord last = records.get(records.size() - 1);
      cursor = Optional.of(new ArcStorage.RecordKey(last.id(), last.key()));
    }
    records.stream()
        .filter(each -> !Seal.isIntact(each.record()))
        .findFirst()
        .ifPresent(bad -> giveUp(bad.id()));
    boolean nothingFollows =
        records.isEmpty() || group.node.storage.scan(configuration.arc(), cursor, 1).isEmpty();
    return new ReplicationMessage.Chunk(
        group.arc,
        configuration.generation(),
        group.epoch(),
        transfer,
        sequence,
        configuration,
        index,
        indexEpoch,
        ReplicationMessage.Item.of(records),
        nothingFollows,
        sequence == 0 ? splits : List.of(),
        floor);
  }
}
