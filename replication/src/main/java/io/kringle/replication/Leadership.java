package io.kringle.replication;

import io.kringle.ring.Id;
import io.kringle.ring.Peer;
import io.kringle.ring.Timer;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * One term of office: what the daddy of an arc does in one epoch. Made when it is elected, dropped
 * when it steps down.
 *
 * <p>Invariant: nothing is served before this epoch's first entry is committed, and with it all
 * before it.
 */
final class Leadership {
  private static final Duration TICK = Duration.ofMillis(200);
  private static final Duration COMMIT_DELAY = Duration.ofMillis(5);
  private static final long SIGN_NANOS = Duration.ofMillis(100).toNanos();
  private static final long ROOM_NANOS = Duration.ofSeconds(1).toNanos();
  private static final Timer NONE = () -> {};

  private final Group group;
  private final Context node;
  private final Replicator replicator;
  private final Steward steward;
  private final Reads reads = new Reads();
  private final Answers answers;
  private final Expiry expiry;
  private final Sweep sweep;
  private final Auditor auditor;
  private final Watches watches;
  private final Succession succession;
  private final Members members;
  private final Proposals proposals;
  private final Bookkeeper bookkeeper;

  /** Index of this epoch's first entry. */
  private long ownStart;

  /** Since when it has been settled; meaningless before. */
  private long settledAt;

  /** Since when there has been work without progress; meaningless while there is none. */
  private long busySince;

  private boolean busy;

  /** A committed change is not on this node's disk yet: {@link WayBack} needs it there. */
  private boolean recording;

  private boolean over;
  private Timer tick = NONE;
  private Timer commitTimer = NONE;

  Leadership(Group group) {
    this.group = group;
    this.node = group.node;
    this.members = new Members(group);
    this.proposals = new Proposals(group, members);
    this.bookkeeper = new Bookkeeper(group, proposals);
    this.replicator = new Replicator(group, reads);
    this.steward = new Steward(group, this);
    this.answers = new Answers(group, this, reads);
    this.expiry = new Expiry(group);
    this.sweep = new Sweep(group, expiry);
    this.auditor = new Auditor(group);
    this.watches = new Watches(group);
    this.succession = new Succession(group, this);
  }

  void begin() {
    ownStart = group.log.last() + 1;
    members.followConfiguration();
    group.append(new Entry.Noop(group.epoch()));
    sweep.begin();
    auditor.begin();
  }

  // What it serves.

  /** Takes a write in, which is answered when its entry is applied. */
  void write(ClientMessage.Operate operate, Consumer<ClientMessage.Reply> done) {
    Id id = Id.ofKey(operate.write().key());
    if (isSettled() && !succession.isUnderWay() && group.range().contains(id)) {
      proposals.write(operate, done);
    } else {
      done.accept(ClientMessage.NotDaddy.UNKNOWN);
    }
  }

  /** Takes an item of a ledger in, or what is to be kept of one. */
  void write(Id ledger, Consumer<Bookkeeper> task, Consumer<ClientMessage.Reply> done) {
    if (isSettled() && !succession.isUnderWay() && group.range().contains(ledger)) {
      task.accept(bookkeeper);
    } else {
      done.accept(ClientMessage.NotDaddy.UNKNOWN);
    }
  }

  void read(ClientMessage.ReadLedger read, Consumer<ClientMessage.Reply> done) {
    confirm(reply -> bookkeeper.read(read, reply), done);
  }

  /** A ledger was met: the oldest of its items may go. */
  void look(Id ledger) {
    if (mayPropose()) {
      bookkeeper.look(ledger);
    }
  }

  void read(String key, Consumer<ClientMessage.Reply> done) {
    confirm(reply -> answers.read(key, reply), done);
  }

  void readAll(Map<Integer, String> keys, FoundTogether together) {
    confirm(reply -> answers.readAll(keys, together, reply), together::take);
  }

  void browse(ClientMessage.Browse browse, Consumer<ClientMessage.Reply> done) {
    confirm(reply -> answers.browse(browse, reply), done);
  }

  void watch(ClientMessage.WatchArc question, Consumer<ClientMessage.Reply> done) {
    confirm(reply -> watches.asked(question, reply), done);
  }

  /** Has a question answered once it is sure that no newer daddy had taken over when it came. */
  private void confirm(Reads.Question question, Consumer<ClientMessage.Reply> done) {
    if (members.mayReachMajority()) {
      reads.add(question, Math.max(group.commit(), ownStart), done);
      group.touch();
    } else {
      done.accept(new ClientMessage.NoMajority());
    }
  }

  /** Whether this daddy may add entries of its own making. */
  boolean mayPropose() {
    return isSettled() && !succession.isUnderWay() && members.mayReachMajority();
  }

  Auditor auditor() {
    return auditor;
  }

  /** Whoever had no room is asked again. */
  void askForRoom() {
    for (Progress progress : members.others()) {
      if (!progress.hasRoom && node.world.now() - progress.sentAt >= ROOM_NANOS) {
        replicator.sendBare(progress);
      }
    }
  }

  int pending() {
    return proposals.size() + reads.size();
  }

  /** Operations whose entries were applied hear what became of them. */
  void applied(Application.Effects effects) {
    for (Machine.Touched touched : effects.touched()) {
      expiry.saw(touched.key(), touched.state());
    }
    Map<Long, Integer> audiences = bookkeeper.added(effects.added());
    proposals.applied(effects.outcomes(), audiences);
    effects.kept().forEach(this::look);
    watches.applied(effects.touched());
  }

  // Commitment.

  boolean isSettled() {
    return group.applied() >= ownStart;
  }

  /** For how long it has been settled, as it is. */
  Duration settledFor() {
    return Duration.ofNanos(node.world.now() - settledAt);
  }

  /**
   * Commits what a majority has (Raft, section 5.4.2: only by an entry of the own epoch), and
   * serves reads.
   */
  void advance() {
    long candidate = members.agreed(progress -> progress.match, group.log.durable());
    if (candidate > group.commit() && group.log.epochAt(candidate) == group.epoch()) {
      boolean settled = isSettled();
      busySince = node.world.now();
      group.commitTo(candidate);
      if (!over && commitTimer == NONE) {
        commitTimer = node.world.after(COMMIT_DELAY, this::commitDue);
      }
      if (!over && !settled && isSettled()) {
        settledAt = node.world.now();
        group.wholeness.committed(group.commit());
        govern();
        node.desk.changed();
      }
    }
    if (!over) {
      long confirmed = members.agreed(progress -> progress.answeredRound, reads.round());
      reads.serve(confirmed, group.applied());
    }
  }

  private void commitDue() {
    commitTimer = NONE;
    for (Progress progress : members.others()) {
      if (progress.toldCommit < group.commit()) {
        replicator.sendBare(progress);
      }
    }
  }

  /** Tells everybody at once what is committed. */
  void tellCommit() {
    members.others().forEach(replicator::sendBare);
  }

  /**
   * Asks a member for a sign of life, unless it was sent something just now: whoever is asked
   * answers, and an answer may be what makes its daddy ask.
   */
  void askForSign(Peer member) {
    progress(member)
        .filter(progress -> node.world.now() - progress.sentAt >= SIGN_NANOS)
        .ifPresent(replicator::sendBare);
  }

  /** Asks every member for an answer to a new question; the number of that round. */
  long startRound() {
    group.touch();
    return reads.wantRound();
  }

  boolean hasAnswered(Peer member, long round) {
    return progress(member).filter(progress -> progress.answeredRound >= round).isPresent();
  }

  /** Shows {@code from} that its daddy lives. */
  void reassure(Peer from) {
    progress(from).ifPresent(replicator::sendBare);
  }

  // Members.

  Optional<Progress> progress(Peer peer) {
    return members.progress(peer);
  }

  void appended(Peer from, ReplicationMessage.AppendReply reply) {
    if (reply.epoch() == group.epoch()) {
      progress(from).ifPresent(progress -> appended(progress, reply));
    }
  }

  private void appended(Progress progress, ReplicationMessage.AppendReply reply) {
    replicator.answered(progress, reply);
    proceed(progress);
  }

  void received(Peer from, ReplicationMessage.Standing reply) {
    if (reply.epoch() == group.epoch()) {
      progress(from)
          .ifPresent(
              progress -> {
                replicator.received(progress, reply);
                proceed(progress);
              });
    }
  }

  private void proceed(Progress progress) {
    advance();
    if (!over && group.isAlive()) {
      if (group.configuration().learns(progress.peer) || steward.isWaiting()) {
        govern();
      }
      group.touch();
    }
  }

  /** Proposes a change of members or of range; the caller has made sure that none is under way. */
  void change(Entry entry) {
    group.append(entry);
    members.followConfiguration();
  }

  /** A change is committed: those who are out hear of it, and once it is recorded, the next may. */
  void membersChanged(Configuration before) {
    for (Peer peer : before.everyone()) {
      group.inbox.answerStale(peer, before.generation());
    }
    recording = true;
    group.whenSaved(this::recorded);
  }

  private void recorded() {
    recording = false;
    govern();
  }

  /** Whoever was elected by those who voted before a change makes them the voters again. */
  void takeBack() {
    steward.takesBack();
  }

  /** Compares the group with the ring, and takes the next step towards it. */
  void govern() {
    if (!over && isSettled() && !recording && !succession.isUnderWay() && node.ring.isActive()) {
      steward.step();
    }
  }

  /** Hands over to {@code peer}. */
  void handOver(Peer peer) {
    succession.begin(peer);
  }

  /** The log after this index is needed by members that are being filled. */
  long needed(long inherited) {
    return members.needed(inherited);
  }

  // Time.

  void turnEnded() {
    reads.startRound();
    members.others().forEach(replicator::pump);
    succession.pursue();
    boolean working = isWorking();
    if (working && !busy) {
      busySince = node.world.now();
    }
    busy = working;
    if (tick == NONE && (working || isOutstanding())) {
      tick = node.world.after(TICK, this::ticked);
    }
    if (reads.isWaiting()) {
      advance();
    }
  }

  private boolean isWorking() {
    return group.commit() < group.log.last() || reads.isWaiting() || succession.isUnderWay();
  }

  private boolean isOutstanding() {
    for (Progress progress : members.others()) {
      if (replicator.isOutstanding(progress)) {
        return true;
      }
    }
    return false;
  }

  private void ticked() {
    tick = NONE;
    if (isWorking() && !hearsMajority()) {
      if (!steward.takesBack()) {
        group.follow(group.epoch(), Optional.empty());
        return;
      }
      busySince = node.world.now();
    }
    members.others().forEach(replicator::retry);
    group.touch();
  }

  /** Check-quorum (Ongaro 2014, section 6.2): whoever waits is better sent elsewhere. */
  private boolean hearsMajority() {
    long patience = node.config.quorumTimeout().toNanos();
    long now = node.world.now();
    return members.agree(progress -> now - Math.max(progress.heardAt, busySince) <= patience);
  }

  /** Leadership is over: whoever waits is told what is certain. */
  void end() {
    over = true;
    members.end();
    steward.end();
    tick.cancel();
    commitTimer.cancel();
    proposals.end();
    reads.end();
    expiry.end();
    sweep.end();
    auditor.end();
    watches.end();
    node.desk.changed();
  }
}
