package io.kringle.replication;

import io.kringle.ring.Arc;
import io.kringle.ring.Id;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Sends an arc's records to one member: piece by piece, as they are when they are read, in the
 * order of their keys. The log after {@code index} follows.
 *
 * <p>It begins by an offer, and the answer to that, as to each piece, is where the receiver stands.
 * So it goes on with what was begun by another daddy, or before a restart of either side, see ADR
 * 9. Each piece, and each repetition, is sent when {@link Transfers} says so.
 */
final class Outgoing implements Transfers.Sender {
  private enum Stage {
    WAITING,
    OFFERED,
    SENDING
  }

  private final Group group;
  private final Context node;
  private final Progress progress;
  private Stage stage = Stage.WAITING;

  /** Whatever was applied up to here is contained; as of {@code OFFERED}. */
  private long index;

  private long indexEpoch;
  private Arc arc;

  /** All of it is as of {@code index}, so that it is sent again as it was. */
  private Optional<ReplicationMessage.Offer> offer = Optional.empty();

  /** Key of the last record that the receiver has. */
  private Optional<String> after = Optional.empty();

  private boolean awaiting;
  private boolean over;

  Outgoing(Group group, Progress progress) {
    this.group = group;
    this.node = group.node;
    this.progress = progress;
    this.arc = group.range();
  }

  /** Asks for a turn. */
  void begin() {
    if (!over) {
      node.transfers.next(this);
    }
  }

  /** Asks for a turn to send again what may have been lost. */
  void repeat() {
    node.transfers.again(this);
  }

  /** Gives up, or has done. */
  void end() {
    over = true;
    node.transfers.end(this);
  }

  @Override
  public boolean isToVoter() {
    return group.configuration().votes(progress.peer);
  }

  /** Whether something was sent that is not answered, so that it may have been lost. */
  boolean isAwaiting() {
    return awaiting;
  }

  /**
   * The log after this index is needed.
   *
   * @param inherited what may be needed by a transfer that was begun by another daddy
   */
  long needed(long inherited) {
    return stage == Stage.SENDING ? index : Math.min(inherited, oldest());
  }

  private long oldest() {
    return stage == Stage.WAITING ? Long.MAX_VALUE : index;
  }

  /**
   * Whether a split has moved the border meanwhile, so that the transfer is of an arc that is no
   * more; or the log was cut.
   */
  boolean isOutdated() {
    return stage != Stage.WAITING && (!group.range().equals(arc) || index < group.log.base());
  }

  @Override
  public int proceed() {
    if (over) {
      return 0;
    }
    awaiting = true;
    progress.sentAt = node.world.now();
    if (stage == Stage.SENDING) {
      return sendPiece();
    }
    if (stage == Stage.WAITING) {
      offer(false);
    }
    offer.ifPresent(message -> node.send(progress.peer, message));
    return 0;
  }

  /** Prepares an offer of the records as they are now. */
  private void offer(boolean anew) {
    stage = Stage.OFFERED;
    fix(group.applied());
    Configuration configuration = group.configurations.applied();
    offer =
        Optional.of(
            new ReplicationMessage.Offer(
                group.arc,
                configuration.generation(),
                group.epoch(),
                anew,
                index,
                indexEpoch,
                configuration,
                group.splits.all(),
                group.floor(),
                group.clock.now()));
  }

  private void fix(long at) {
    index = at;
    indexEpoch = group.log.epochAt(at);
    arc = group.range();
  }

  /**
   * The receiver says where it stands.
   *
   * @return whether it has everything up to {@link #index()}
   */
  boolean answered(ReplicationMessage.Standing reply) {
    if (over || stage == Stage.WAITING) {
      return false;
    }
    boolean same = reply.index() == index && reply.indexEpoch() == indexEpoch;
    if (reply.complete() || (same && stage == Stage.SENDING && reply.cursor().equals(after))) {
      return same && reply.complete();
    }
    if (same) {
      goOn(reply.cursor());
    } else if (isWithinReach(reply)) {
      fix(reply.index());
      goOn(reply.cursor());
    } else if (!over) {
      offer(true);
    }
    awaiting = false;
    begin();
    return false;
  }

  long index() {
    return index;
  }

  private void goOn(Optional<String> cursor) {
    if (cursor.isEmpty()) {
      node.snapshots++;
    }
    after = cursor;
    offer = Optional.empty();
    stage = Stage.SENDING;
  }

  /**
   * Whether what the receiver has is a beginning of what this daddy would send. What another daddy
   * had applied is committed, so that this one may apply it too.
   */
  private boolean isWithinReach(ReplicationMessage.Standing reply) {
    Log log = group.log;
    boolean isInLog =
        reply.cursor().isPresent()
            && reply.index() >= log.base()
            && reply.index() <= log.last()
            && log.epochAt(reply.index()) == reply.indexEpoch();
    if (isInLog) {
      group.commitTo(reply.index());
    }
    return isInLog
        && !over
        && group.applied() >= reply.index()
        && group.range().to().equals(reply.to());
  }

  private int sendPiece() {
    List<ArcStorage.StoredRecord> records =
        node.storage.scan(arc, after.map(Places::of), node.config.transfer().pieceBytes());
    Optional<ArcStorage.StoredRecord> bad =
        records.stream().filter(each -> !Seal.isIntact(each.record())).findFirst();
    if (bad.isPresent()) {
      giveUp(bad.get().id());
      return 0;
    }
    int bytes = 0;
    for (ArcStorage.StoredRecord each : records) {
      bytes += each.key().length() + each.record().size();
    }
    node.sent += records.size();
    node.send(
        progress.peer,
        new ReplicationMessage.Chunk(
            group.arc,
            group.generation(),
            group.epoch(),
            index,
            indexEpoch,
            after,
            ReplicationMessage.Item.of(records),
            nothingFollows(records)));
    return bytes;
  }

  private boolean nothingFollows(List<ArcStorage.StoredRecord> records) {
    return records.isEmpty()
        || node.storage
            .scan(arc, Optional.of(Places.of(records.get(records.size() - 1).key())), 1)
            .isEmpty();
  }

  /** A record is not what was written: it is mended first, while somebody else leads. */
  private void giveUp(Id damaged) {
    node.world.after(Duration.ZERO, () -> group.damaged(new Arc(damaged, damaged.next())));
  }
}
