package io.kringle.replication;

import io.kringle.ring.Arc;
import io.kringle.ring.Bytes;
import io.kringle.ring.Id;
import io.kringle.ring.Peer;
import io.kringle.ring.Result;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * This node's replica of one arc: a Raft server (Ongaro, Ousterhout 2014) and its records. Here is
 * what every role has in common; {@link Follower}, {@link Election} and {@link Leadership} are the
 * roles, and {@link Application} turns what is committed into records.
 *
 * <p>Invariants: the epoch never falls; one vote in an epoch; commit ≤ last; what is committed is
 * never taken back. Nothing is promised to anybody before it is durable.
 */
final class Group {
  final Context node;
  final long arc;
  final Log log;
  final Configurations configurations;
  final Election election;
  final PastSplits splits;
  final ArcClock clock;
  final Audit audit;
  final Mending mending;
  final Wholeness wholeness;
  final RecordTally tally;
  final Inbox inbox;
  final Follower follower;
  private final Incoming incoming;
  private final Application application;
  private final List<Runnable> whenSaved = new ArrayList<>();
  private long epoch;
  private Optional<Peer> vote;
  private Optional<Peer> leader = Optional.empty();
  private Optional<Leadership> leadership = Optional.empty();
  private boolean metaChanged;
  private boolean alive = true;
  private boolean broken;

  /** What one batch wrote for this group, and what waits for it. */
  record Mark(Log.Mark log, List<Runnable> actions) {}

  Group(Context node, long arc, ArcMeta meta) {
    this.node = node;
    this.arc = arc;
    this.log = new Log(arc, node.storage, node.codec, meta.base(), meta.baseEpoch());
    this.configurations = new Configurations(meta.applied(), meta.configuration());
    this.epoch = meta.epoch();
    this.vote = meta.vote();
    this.splits = new PastSplits(this, meta.splits());
    this.election = new Election(this);
    this.follower = new Follower(this);
    this.incoming = new Incoming(this, meta);
    this.application = new Application(this, meta.applied(), meta.floor());
    this.clock = new ArcClock(node.world, meta.time());
    this.audit = new Audit(this);
    this.mending = new Mending(this);
    this.wholeness = new Wholeness(this);
    this.tally = new RecordTally(node.world, node.storage::count);
    this.inbox = new Inbox(this);
  }

  /** Reads the log back after a restart. */
  void recover() {
    log.recover();
    for (long index = applied() + 1; index <= log.last(); index++) {
      Entry entry = log.entry(index);
      configurations.appended(index, entry);
    }
    wholeness.lost();
  }

  ArcMeta meta() {
    return new ArcMeta(
        configurations.applied(),
        epoch,
        vote,
        log.base(),
        log.baseEpoch(),
        applied(),
        incoming.isInstalling(),
        incoming.cursor(),
        splits.all(),
        application.floor(),
        clock.note());
  }

  // What others ask.

  /**
   * Where operations belong: as applied, so that every replica draws the line at the same entry.
   */
  Arc range() {
    return configurations.applied().arc();
  }

  Configuration configuration() {
    return configurations.latest();
  }

  long epoch() {
    return epoch;
  }

  long generation() {
    return configurations.latest().generation();
  }

  long commit() {
    return application.commit();
  }

  long applied() {
    return application.applied();
  }

  boolean isInstalling() {
    return incoming.isInstalling();
  }

  boolean isAlive() {
    return alive && !broken;
  }

  /** Whether its disk has failed: it says nothing any more. */
  boolean isBroken() {
    return broken;
  }

  Optional<Peer> vote() {
    return vote;
  }

  /** Who leads in this epoch, as far as is known; maybe this node. */
  Optional<Peer> leader() {
    return leader;
  }

  Optional<Leadership> leadership() {
    return leadership;
  }

  boolean isLeader() {
    return leadership.isPresent();
  }

  Incoming incoming() {
    return incoming;
  }

  /** What is stored under a key, as far as it is applied; empty if it is damaged. */
  Optional<StoredState> read(Id id, String key) {
    return application.read(id, key);
  }

  Floor floor() {
    return application.floor();
  }

  /** Whether some of the records are not to be trusted, so that nothing is applied. */
  boolean isMending() {
    return mending.isUnderWay();
  }

  /** The records of a part of the arc are not what was written. */
  void damaged(Arc part) {
    mending.begin(part);
  }

  /** What goes to the other half of a split is damaged, and nobody else has it any more. */
  void giveUp(LostHalf half) {
    wholeness.lost();
    application.resumeWithout(half);
    election.look();
  }

  /** All records can be trusted again. */
  void mended() {
    wholeness.lost();
    application.resume();
    election.look();
  }

  ArcStatus status() {
    Configuration newest = configurations.latest();
    return new ArcStatus(
        arc,
        range(),
        epoch,
        leader.map(Peer::id),
        newest.voters(),
        newest.learners(),
        tally.of(range()),
        applied(),
        Checkup.lags(this),
        Checkup.of(this));
  }

  // Epochs and endings.

  /**
   * Removes the replica, but for what it is a member of by a split that it has not come to.
   *
   * @param generation of a committed configuration that this node is no member of
   */
  void giveUp(List<PastSplit> passed, long generation) {
    splits.applyKnown(passed);
    if (alive) {
      destroy(passed, generation);
    }
  }

  /**
   * Goes on as a follower in {@code newEpoch}, which is not lower than the present one (Raft,
   * section 5.1).
   */
  void follow(long newEpoch, Optional<Peer> newLeader) {
    if (newEpoch > epoch) {
      epoch = newEpoch;
      vote = Optional.empty();
      metaChanged();
      follower.forgetEpoch();
    }
    leader = newLeader;
    Optional<Leadership> ended = leadership;
    leadership = Optional.empty();
    ended.ifPresent(Leadership::end);
    election.followed();
  }

  /** Begins an epoch of its own, by voting for itself. */
  void beginEpoch() {
    epoch++;
    vote = Optional.of(node.self());
    leader = Optional.empty();
    follower.forgetEpoch();
    metaChanged();
  }

  void voteFor(Peer candidate) {
    vote = Optional.of(candidate);
    metaChanged();
  }

  void lead() {
    leader = Optional.of(node.self());
    for (long index = commit() + 1; index <= log.last(); index++) {
      clock.hear(log.entry(index).time());
    }
    node.elections++;
    Leadership begun = new Leadership(this);
    leadership = Optional.of(begun);
    begun.begin();
  }

  // The log.

  void append(Entry entry, Bytes bytes) {
    log.add(entry, bytes);
    configurations.appended(log.last(), entry);
    touch();
  }

  void append(Entry entry) {
    append(entry, Bytes.of(node.codec.encode(entry)));
  }

  void truncateFrom(long index) {
    if (index <= commit()) {
      throw new IllegalStateException(this + " is asked to take back committed entry " + index);
    }
    log.truncateFrom(index);
    configurations.truncatedFrom(index);
    touch();
  }

  /** Everything up to {@code index} is committed: applies it. */
  void commitTo(long index) {
    application.commitTo(index);
  }

  /** It is this late for the daddy. */
  void followTime(long time) {
    if (clock.follow(epoch, time)) {
      metaChanged();
    }
  }

  /** The log after this index is needed by a member that is being filled. */
  long needed() {
    return application.needed();
  }

  /** The log after {@code index} is to be kept, as far as it may. */
  void keep(long index) {
    application.keep(index);
  }

  // Storage.

  void metaChanged() {
    metaChanged = true;
    touch();
  }

  void touch() {
    node.journal.touch(this);
  }

  /**
   * Runs {@code action} once all that was decided so far is durable, unless the group is gone by
   * then.
   */
  void whenSaved(Runnable action) {
    whenSaved.add(action);
    touch();
  }

  boolean hasUnsaved() {
    return metaChanged || !log.isSaved() || !whenSaved.isEmpty();
  }

  Mark save(ArcStorage.Batch batch) {
    if (metaChanged) {
      batch.putMeta(arc, Bytes.of(node.codec.encode(meta())));
      metaChanged = false;
    }
    log.save(batch);
    Mark mark = new Mark(log.mark(), List.copyOf(whenSaved));
    whenSaved.clear();
    return mark;
  }

  /** Commits a batch together with whatever this group has to write. */
  void commit(ArcStorage.Batch batch) {
    metaChanged = true;
    Mark mark = save(batch);
    node.storage.commit(batch, result -> saved(mark, result));
  }

  void saved(Mark mark, Result<Void> result) {
    checked(result);
    if (isAlive()) {
      log.durable(mark.log());
      mark.actions().forEach(Runnable::run);
      follower.saved();
      leadership.ifPresent(Leadership::advance);
    }
  }

  /**
   * A replica whose disk fails keeps silent from then on, as it might forget what it says, but for
   * this: that it does not lead.
   */
  void checked(Result<Void> result) {
    if (!result.isOk() && !broken) {
      broken = true;
      boolean led = isLeader();
      quit();
      if (led) {
        tellNotLeading();
      }
    }
  }

  /** Lets the other voters know that they have to find another daddy. */
  void tellNotLeading() {
    for (Peer voter : configuration().voters()) {
      if (!node.isSelf(voter)) {
        node.send(voter, new ReplicationMessage.NotLeading(arc, generation(), epoch));
      }
    }
  }

  void roomChanged() {
    follower.roomChanged();
  }

  void turnEnded() {
    leadership.ifPresent(Leadership::turnEnded);
  }

  private void quit() {
    leader = Optional.empty();
    mending.end();
    audit.end();
    election.stop();
    Optional<Leadership> ended = leadership;
    leadership = Optional.empty();
    ended.ifPresent(Leadership::end);
  }

  /** The log, the configuration and the rest are as a snapshot has them, whose records follow. */
  void reset(ReplicationMessage.Offer offer) {
    offer.splits().forEach(splits::add);
    log.reset(offer.index(), offer.indexEpoch());
    configurations.reset(offer.index(), offer.configuration());
    application.reset(offer.index(), offer.floor());
    wholeness.lost();
    mending.end();
  }

  void begin(List<PastSplits.Missed> missed) {
    missed.forEach(half -> node.groups.adopt(half.arc(), half.meta()).election.begin());
  }

  /** Removes the replica: it is no member any more, by the last entry that it has applied. */
  void destroy() {
    destroy(List.of(), configurations.applied().generation());
  }

  private void destroy(List<PastSplit> passed, long generation) {
    alive = false;
    quit();
    ArcStorage.Batch batch = node.storage.batch();
    node.graves.bury(this, generation, batch);
    log.erase(batch);
    batch.removeRecords(range());
    List<PastSplits.Missed> missed = splits.makeMissed(passed, batch);
    node.storage.commit(batch, result -> {});
    node.groups.forget(this);
    begin(missed);
  }

  /** Another replica of the arc takes the place of this one, with the same records. */
  void replaceBy(ArcMeta meta, Consumer<Result<Void>> done) {
    alive = false;
    quit();
    ArcStorage.Batch batch = node.storage.batch();
    log.erase(batch);
    batch.putMeta(arc, Bytes.of(node.codec.encode(meta)));
    node.groups.forget(this);
    Group other = node.groups.adopt(arc, meta);
    node.storage.commit(
        batch,
        result -> {
          other.checked(result);
          if (other.isAlive()) {
            other.election.standNow();
          }
          done.accept(result);
        });
  }

  void checkInvariants() {
    log.checkInvariants(applied(), commit());
    configurations.latest().checkInvariants();
    if (isLeader() && (isInstalling() || leader.filter(node::isSelf).isEmpty())) {
      throw new IllegalStateException(this + " leads, and does not know it");
    }
  }

  @Override
  public String toString() {
    return String.format("arc %x %s at %s", arc, range(), node.self());
  }
}
