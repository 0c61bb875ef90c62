package io.kringle.replication;

import io.kringle.ring.Arc;
import io.kringle.ring.Id;
import io.kringle.ring.Peer;
import io.kringle.ring.Result;
import io.kringle.ring.Timer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Replaces records that are not what they should be by those of another member.
 *
 * <p>Meanwhile this replica applies nothing, does not lead, and does not stand; its log goes on and
 * its vote counts, for they say nothing about records. As it stands still, whatever a member that
 * is as far as this one has in a part of the arc can be taken over as it is: the entries that
 * follow pass over what they find done.
 *
 * <p>If no other member has the records either, the arc stays without a daddy rather than being
 * wrong, and the log says why.
 */
final class Mending {
  private static final Logger LOG = LoggerFactory.getLogger(Mending.class);
  private static final int PIECE_BYTES = 256 * 1024;
  private static final Duration PATIENCE = Duration.ofMillis(300);

  private final Group group;
  private final Context node;
  private Optional<Arc> damaged = Optional.empty();
  private Timer timer = () -> {};
  private int asked;

  Mending(Group group) {
    this.group = group;
    this.node = group.node;
  }

  boolean isUnderWay() {
    return damaged.isPresent();
  }

  /** A part is damaged; if another is being mended, the next audit finds this one again. */
  void begin(Arc part) {
    if (damaged.isEmpty() && group.isAlive() && !group.isInstalling()) {
      LOG.warn(
          "{} has damaged records in {}: they are fetched from the other members", group, part);
      damaged = Optional.of(part);
      node.damaged++;
      if (group.isLeader()) {
        abdicate();
      }
      ask();
    }
  }

  void told(ReplicationMessage.Differs differs) {
    Arc part = new Arc(differs.from(), differs.to());
    if (differs.epoch() == group.epoch() && !group.isLeader() && group.range().covers(part)) {
      begin(part);
    }
  }

  /** Nothing is to be mended any more. */
  void end() {
    timer.cancel();
    damaged = Optional.empty();
  }

  private void abdicate() {
    group.election.leaderLost();
    for (Peer voter : group.configuration().voters()) {
      if (!node.isSelf(voter)) {
        node.send(
            voter, new ReplicationMessage.NotLeading(group.arc, group.generation(), group.epoch()));
      }
    }
  }

  private void ask() {
    timer.cancel();
    List<Peer> others =
        group.configuration().everyone().stream().filter(each -> !node.isGone(each)).toList();
    damaged.ifPresent(
        part -> {
          Peer next = others.get(asked++ % others.size());
          if (!node.isSelf(next)) {
            node.send(
                next,
                new ReplicationMessage.MendRequest(
                    group.arc,
                    group.generation(),
                    group.epoch(),
                    part.from(),
                    part.to(),
                    group.applied()));
          }
          timer = node.world.after(PATIENCE, this::ask);
        });
  }

  // The side that has the records.

  void asked(Peer from, ReplicationMessage.MendRequest request) {
    Arc wanted = new Arc(request.from(), request.to());
    boolean canHelp =
        !isUnderWay()
            && !group.isInstalling()
            && group.applied() >= request.applied()
            && group.range().covers(wanted);
    if (!canHelp || !group.configuration().includes(from)) {
      return;
    }
    List<ArcStorage.StoredRecord> records =
        node.storage.scan(wanted, Optional.empty(), PIECE_BYTES);
    Optional<ArcStorage.StoredRecord> bad =
        records.stream().filter(each -> !Seal.isIntact(each.record())).findFirst();
    if (bad.isPresent()) {
      begin(new Arc(bad.get().id(), bad.get().id().next()));
      return;
    }
    node.send(
        from,
        new ReplicationMessage.Mend(
            group.arc,
            group.generation(),
            group.epoch(),
            wanted.from(),
            endOf(wanted, records),
            group.applied(),
            ReplicationMessage.Item.of(records)));
  }

  /** Where a piece ends: behind its last record if others follow. */
  private Id endOf(Arc wanted, List<ArcStorage.StoredRecord> records) {
    if (records.isEmpty()) {
      return wanted.to();
    }
    ArcStorage.StoredRecord last = records.get(records.size() - 1);
    ArcStorage.RecordKey place = new ArcStorage.RecordKey(last.id(), last.key());
    return node.storage.scan(wanted, Optional.of(place), 1).isEmpty()
        ? wanted.to()
        : last.id().next();
  }

  // The side that is mended.

  void received(ReplicationMessage.Mend mend) {
    boolean isNext =
        damaged.filter(part -> part.from().equals(mend.from())).isPresent()
            && mend.applied() >= group.applied();
    Arc part = damaged.orElse(group.range());
    Arc mended = new Arc(mend.from(), mend.to());
    boolean isSound =
        part.covers(mended)
            && mend.records().stream()
                .allMatch(item -> mended.contains(item.id()) && Seal.isIntact(item.record()));
    if (!isNext || !isSound) {
      return;
    }
    ArcStorage.Batch batch = node.storage.batch();
    batch.removeRecords(mended);
    mend.records().forEach(item -> batch.putRecord(item.id(), item.key(), item.record()));
    node.storage.commit(batch, this::stored);
    if (mend.to().equals(part.to())) {
      end();
      LOG.info("{} is mended", group);
      group.mended();
    } else {
      damaged = Optional.of(new Arc(mend.to(), part.to()));
      asked--;
      ask();
    }
  }

  private void stored(Result<Void> result) {
    group.checked(result);
  }
}
