package io.kringle.replication;

import io.kringle.ring.Arc;
import io.kringle.ring.Peer;
import io.kringle.ring.Timer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Anti-entropy at a replica: reads all of its records as of an audit's entry, some at a time, and
 * tells the daddy their digests. As all replicas look at the same point of the log, what differs is
 * a fault: a bit that has rotted, or a bug.
 */
final class Audit {
  private static final int PIECE_BYTES = 64 * 1024;
  private static final Duration BETWEEN_PIECES = Duration.ofMillis(5);

  private final Group group;
  private Optional<Reading> reading = Optional.empty();

  Audit(Group group) {
    this.group = group;
  }

  /** The entry has just been applied, and everything before it is in storage. */
  void begin(Entry.Audit entry) {
    end();
    if (!group.wholeness.holds()) {
      return;
    }
    Reading begun = new Reading(entry.round(), group.range(), group.node.storage.view());
    reading = Optional.of(begun);
    begun.next();
  }

  /** Gives up what is under way. */
  void end() {
    reading.ifPresent(Reading::close);
    reading = Optional.empty();
  }

  /** A member has come to these digests. */
  void told(Peer from, ReplicationMessage.Audited audited) {
    group
        .leadership()
        .ifPresent(lead -> lead.auditor().told(from, audited.round(), audited.digests()));
  }

  private void finished(long round, List<Long> digests) {
    end();
    if (group.isLeader()) {
      group.leadership().ifPresent(lead -> lead.auditor().told(group.node.self(), round, digests));
    } else {
      group
          .leader()
          .ifPresent(
              daddy ->
                  group.node.send(
                      daddy,
                      new ReplicationMessage.Audited(
                          group.arc, group.generation(), group.epoch(), round, digests)));
    }
  }

  /** One pass over the records. */
  private final class Reading {
    private final long round;
    private final Arc arc;
    private final ArcStorage.View view;
    private final Digests digests;
    private Optional<ArcStorage.RecordKey> cursor = Optional.empty();
    private Timer timer = () -> {};

    Reading(long round, Arc arc, ArcStorage.View view) {
      this.round = round;
      this.arc = arc;
      this.view = view;
      this.digests = new Digests(arc);
    }

    void next() {
      List<ArcStorage.StoredRecord> piece = view.scan(arc, cursor, PIECE_BYTES);
      piece.forEach(digests::add);
      if (piece.isEmpty()) {
        finished(round, digests.sums());
      } else {
        ArcStorage.StoredRecord last = piece.get(piece.size() - 1);
        cursor = Optional.of(new ArcStorage.RecordKey(last.id(), last.key()));
        timer = group.node.world.after(BETWEEN_PIECES, this::next);
      }
    }

    void close() {
      timer.cancel();
      view.close();
    }
  }
}
