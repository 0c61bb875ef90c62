package io.kringle.replication;

import io.kringle.ring.Bytes;
import java.util.List;
import java.util.Optional;

/**
 * Brings the other members' logs to the daddy's: several messages on the way to each, as long as
 * they fit.
 */
final class Replicator {
  private static final int BATCH_BYTES = 256 * 1024;

  private final Group group;
  private final Context node;
  private final Reads reads;

  Replicator(Group group, Reads reads) {
    this.group = group;
    this.node = group.node;
    this.reads = reads;
  }

  /** Sends what there is room for. */
  void pump(Progress progress) {
    if (progress.snapshot.filter(Outgoing::isOutdated).isPresent()) {
      progress.endSnapshot();
      progress.probeFrom(group.log.last());
    }
    if (progress.snapshot.isPresent()) {
      if (progress.askedRound < reads.round() && group.configuration().votes(progress.peer)) {
        sendSign(progress);
      }
      return;
    }
    if (progress.next <= group.log.base()) {
      beginSnapshot(progress);
      return;
    }
    boolean sent = false;
    long last = lastFor(progress);
    while (progress.hasWindow() && progress.next <= last && isTaken(progress)) {
      List<Bytes> slice = group.log.slice(progress.next, BATCH_BYTES);
      List<Bytes> entries =
          slice.subList(0, (int) Math.min(slice.size(), last + 1 - progress.next));
      send(progress, entries);
      progress.sent(progress.next + entries.size() - 1);
      sent = true;
    }
    if (!sent && progress.askedRound < reads.round()) {
      sendBare(progress);
    }
  }

  private long lastFor(Progress progress) {
    return group.configurations.lastFor(progress.peer, group.commit(), group.log.last());
  }

  /** Whether its disk has room for the next entry, as far as that is in the log. */
  private boolean isTaken(Progress progress) {
    return progress.hasRoom
        || progress.next <= group.log.base()
        || !group.log.entry(progress.next).hasValue();
  }

  /** Sends no entries, but what is committed and the present round. */
  void sendBare(Progress progress) {
    if (progress.next > group.log.base()) {
      send(progress, List.of());
    }
  }

  /** Whoever waits to be filled is shown that its daddy lives, and says the same. */
  private void sendSign(Progress progress) {
    send(progress, group.log.last(), List.of());
  }

  private void send(Progress progress, List<Bytes> entries) {
    send(progress, progress.next - 1, entries);
  }

  private void send(Progress progress, long previous, List<Bytes> entries) {
    long needed = group.needed();
    progress.askedRound = reads.round();
    progress.toldCommit = group.commit();
    progress.sentAt = node.world.now();
    node.send(
        progress.peer,
        new ReplicationMessage.Append(
            group.arc,
            group.generation(),
            group.epoch(),
            previous,
            group.log.epochAt(previous),
            entries,
            group.commit(),
            reads.round(),
            group.clock.now(),
            needed == Long.MAX_VALUE ? 0 : needed));
  }

  void answered(Progress progress, ReplicationMessage.AppendReply reply) {
    progress.heard(node.world.now());
    progress.answeredRound = Math.max(progress.answeredRound, reply.round());
    progress.knownCommit = Math.max(progress.knownCommit, reply.commit());
    progress.hasRoom = reply.hasRoom();
    if (reply.accepted()) {
      progress.accepted(reply.index());
      progress.catchingUp &= group.log.last() - progress.match > node.config.logEntries() / 4;
    } else if (reply.index() == ReplicationMessage.AppendReply.NOTHING) {
      beginSnapshot(progress);
    } else if (progress.snapshot.isEmpty() && reply.index() >= progress.match) {
      progress.probeFrom(reply.index() + 1);
      if (progress.next > lastFor(progress)) {
        sendBare(progress);
      }
    }
  }

  /**
   * Only once the records are as of a configuration that names the receiver. A change that is under
   * way has to be waited for only if it takes the receiver in; any other may itself wait for it.
   */
  private void beginSnapshot(Progress progress) {
    if (progress.snapshot.isEmpty()
        && group.configurations.applied().includes(progress.peer)
        && !node.isGone(progress.peer)) {
      Outgoing snapshot = new Outgoing(group, progress);
      progress.snapshot = Optional.of(snapshot);
      snapshot.begin();
    }
  }

  void received(Progress progress, ReplicationMessage.Standing reply) {
    progress.heard(node.world.now());
    if (progress.snapshot.filter(snapshot -> snapshot.answered(reply)).isPresent()) {
      progress.endSnapshot();
      progress.catchingUp = true;
      progress.accepted(reply.index());
    }
  }

  boolean isOutstanding(Progress progress) {
    return progress.snapshot.isPresent()
        || progress.match < lastFor(progress)
        || progress.knownCommit < group.commit()
        || (reads.isWaiting() && progress.answeredRound < reads.round());
  }

  /** Sends again what was not answered in time, ever more seldom. */
  void retry(Progress progress) {
    long waited = node.world.now() - Math.max(progress.heardAt, progress.sentAt);
    if (!isOutstanding(progress) || waited < progress.patience) {
      return;
    }
    if (progress.snapshot.filter(snapshot -> !snapshot.isAwaiting()).isPresent()) {
      sendSign(progress);
      return;
    }
    if (progress.lostPatience()) {
      node.ring.suspect(progress.peer);
    }
    progress.sentAt = node.world.now();
    if (progress.snapshot.isPresent()) {
      if (!node.isGone(progress.peer)) {
        progress.snapshot.get().repeat();
      }
      return;
    }
    progress.probeFrom(progress.match + 1);
    if (progress.next > lastFor(progress) || !isTaken(progress)) {
      sendBare(progress);
    }
  }
}
