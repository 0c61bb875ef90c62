package io.kringle.replication;

import io.kringle.ring.Arc;
import io.kringle.ring.Peer;
import io.kringle.ring.Result;
import io.kringle.ring.Timer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
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
 * <p>What is damaged may be about to go to the other half of a split that the others have passed;
 * then nobody has it as this replica needs it, see {@link LostHalf}.
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

  /** Key of the last record of the part that was mended. */
  private Optional<String> mended = Optional.empty();

  /** What is to be mended, or given up, after that. */
  private Optional<Arc> next = Optional.empty();

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
      mended = Optional.empty();
      node.damaged++;
      if (group.isLeader()) {
        group.election.leaderLost();
        group.tellNotLeading();
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
    next = Optional.empty();
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
                    mended,
                    group.applied()));
          }
          timer = node.world.after(PATIENCE, this::goOn);
        });
  }

  /** Nobody has helped. */
  private void goOn() {
    Optional<LostHalf> lost = damaged.flatMap(part -> LostHalf.of(group, part));
    if (lost.isEmpty()) {
      ask();
      return;
    }
    LostHalf half = lost.get();
    Optional<Arc> first =
        damaged
            .filter(part -> !half.arc().contains(part.from()))
            .map(part -> new Arc(part.from(), half.arc().from()))
            .or(() -> half.damagedBeside(group));
    if (first.isPresent()) {
      turnTo(first.get(), half.arc());
    } else {
      end();
      LOG.info("{} leaves {} to be filled anew by those who have passed the split", group, half);
      group.giveUp(half);
    }
  }

  /** Mends a part that stays, before another that is lost is given up. */
  private void turnTo(Arc part, Arc lost) {
    damaged = Optional.of(part);
    mended = Optional.empty();
    next = Optional.of(lost);
    ask();
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
        node.storage.scan(wanted, request.after().map(Places::of), PIECE_BYTES);
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
            wanted.to(),
            request.after(),
            isLast(wanted, records),
            group.applied(),
            ReplicationMessage.Item.of(records)));
  }

  private boolean isLast(Arc wanted, List<ArcStorage.StoredRecord> records) {
    return records.isEmpty() || node.storage.scan(wanted, Optional.of(place(records)), 1).isEmpty();
  }

  private static ArcStorage.RecordKey place(List<ArcStorage.StoredRecord> records) {
    ArcStorage.StoredRecord last = records.get(records.size() - 1);
    return new ArcStorage.RecordKey(last.id(), last.key());
  }

  // The side that is mended.

  void received(ReplicationMessage.Mend mend) {
    Arc part = new Arc(mend.from(), mend.to());
    boolean isNext =
        damaged.filter(part::equals).isPresent()
            && mend.after().equals(mended)
            && mend.applied() >= group.applied();
    boolean isSound =
        (mend.isLast() || !mend.records().isEmpty())
            && mend.records().stream()
                .allMatch(item -> part.contains(item.id()) && Seal.isIntact(item.record()));
    if (!isNext || !isSound) {
      return;
    }
    ArcStorage.Batch batch = node.storage.batch();
    removeOwn(part, mend, batch);
    mend.records().forEach(item -> batch.putRecord(item.id(), item.key(), item.record()));
    node.storage.commit(batch, this::stored);
    if (!group.isAlive()) {
      return;
    }
    if (mend.isLast() && next.isPresent()) {
      damaged = next;
      mended = Optional.empty();
      next = Optional.empty();
      goOn();
    } else if (mend.isLast()) {
      end();
      LOG.info("{} is mended", group);
      group.mended();
    } else {
      mended = Optional.of(mend.records().get(mend.records().size() - 1).key());
      asked--;
      ask();
    }
  }

  /** Removes what is here of a piece: up to the place of its last record, or to the part's end. */
  private void removeOwn(Arc part, ReplicationMessage.Mend mend, ArcStorage.Batch batch) {
    Optional<String> last =
        mend.isLast()
            ? Optional.empty()
            : Optional.of(mend.records().get(mend.records().size() - 1).key());
    Optional<ArcStorage.RecordKey> at = mended.map(Places::of);
    List<ArcStorage.StoredRecord> own = node.storage.scan(part, at, PIECE_BYTES);
    while (!own.isEmpty()) {
      for (ArcStorage.StoredRecord each : own) {
        if (last.filter(end -> isBehind(part, each, Places.of(end))).isPresent()) {
          return;
        }
        batch.removeRecord(each.id(), each.key());
      }
      at = Optional.of(place(own));
      own = node.storage.scan(part, at, PIECE_BYTES);
    }
  }

  /** In the order of storage: by id, clockwise, then by the bytes of the key. */
  private static boolean isBehind(
      Arc part, ArcStorage.StoredRecord record, ArcStorage.RecordKey other) {
    int order = record.id().minus(part.from()).compareTo(other.id().minus(part.from()));
    return order != 0
        ? order > 0
        : Arrays.compareUnsigned(utf8(record.key()), utf8(other.key())) > 0;
  }

  private static byte[] utf8(String key) {
    return key.getBytes(StandardCharsets.UTF_8);
  }

  private void stored(Result<Void> result) {
    group.checked(result);
  }
}
