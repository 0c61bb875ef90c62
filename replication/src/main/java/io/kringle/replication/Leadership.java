package io.kringle.replication;

import io.kringle.ring.Arc;
import io.kringle.ring.Bytes;
import io.kringle.ring.Id;
import io.kringle.ring.Peer;
import io.kringle.ring.Timer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;

/**
 * One term of office: what the daddy of an arc does in one epoch. Made when it is elected, dropped
 * when it steps down.
 *
 * <p>Invariants: there is a {@link Progress} for every other member of the newest configuration;
 * pending operations are in the order of their entries.
 */
final class Leadership {
  private static final int MAX_PENDING = 4_096;
  private static final long MAX_PENDING_BYTES = 16L * 1024 * 1024;
  private static final Duration TICK = Duration.ofMillis(200);
  private static final Duration COMMIT_DELAY = Duration.ofMillis(5);
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
  private final Map<Id, Progress> peers = new TreeMap<>();
  private final Deque<Pending> pending = new ArrayDeque<>();
  private final Map<OpId, Pending> waiting = new HashMap<>();
  private long pendingBytes;

  /** Index of this epoch's first entry; nothing is served before it is committed. */
  private long ownStart;

  /** Since when there has been work without progress; meaningless while there is none. */
  private long busySince;

  private boolean busy;
  private boolean over;
  private Timer tick = NONE;
  private Timer commitTimer = NONE;

  /** A write whose entry is not applied yet. */
  private static final class Pending {
    final long index;
    final int bytes;
    final OpId op;
    Consumer<ClientMessage.Reply> done;

    Pending(long index, int bytes, OpId op, Consumer<ClientMessage.Reply> done) {
      this.index = index;
      this.bytes = bytes;
      this.op = op;
      this.done = done;
    }
  }

  Leadership(Group group) {
    this.group = group;
    this.node = group.node;
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
    followConfiguration();
    group.append(new Entry.Noop(group.epoch()));
    sweep.begin();
    auditor.begin();
  }

  // What it serves.

  /**
   * Appends a write, unless it is known already: waiting here, or remembered by its record. Nothing
   * else needs a look, for before this epoch's first entry was applied no write is taken in.
   */
  void write(ClientMessage.Operate operate, Consumer<ClientMessage.Reply> done) {
    Id id = Id.ofKey(operate.write().key());
    if (!isSettled() || succession.isUnderWay() || !group.range().contains(id)) {
      done.accept(ClientMessage.NotDaddy.UNKNOWN);
      return;
    }
    Pending twin = waiting.get(operate.op());
    if (twin != null) {
      twin.done.accept(new ClientMessage.Dropped());
      twin.done = done;
      return;
    }
    Optional<StoredState> known = group.read(id, operate.write().key());
    if (known.isEmpty()) {
      group.damaged(new Arc(id, id.next()));
      done.accept(ClientMessage.NotDaddy.UNKNOWN);
      return;
    }
    StoredState state = known.get();
    Optional<WriteOutcome> earlier = state.outcomeOf(operate.op());
    if (earlier.isPresent()) {
      done.accept(new ClientMessage.Decided(earlier.get(), group.applied()));
    } else if (state.mayForget(operate.born())) {
      done.accept(new ClientMessage.Forgotten(group.applied()));
    } else {
      propose(operate, done);
    }
  }

  private void propose(ClientMessage.Operate operate, Consumer<ClientMessage.Reply> done) {
    if (!mayReachMajority()) {
      done.accept(new ClientMessage.NoMajority());
    } else if (operate.write().value().isPresent() && !hasRoom()) {
      done.accept(new ClientMessage.NoRoom());
    } else if (pending.size() >= MAX_PENDING || pendingBytes >= MAX_PENDING_BYTES) {
      done.accept(new ClientMessage.Busy());
    } else {
      Entry entry = new Entry.Put(group.epoch(), operate.op(), operate.write(), group.clock.now());
      Bytes bytes = Bytes.of(node.codec.encode(entry));
      group.append(entry, bytes);
      pendingBytes += bytes.size();
      Pending proposed = new Pending(group.log.last(), bytes.size(), operate.op(), done);
      pending.add(proposed);
      waiting.put(operate.op(), proposed);
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
    if (mayReachMajority()) {
      reads.add(question, Math.max(group.commit(), ownStart), done);
      group.touch();
    } else {
      done.accept(new ClientMessage.NoMajority());
    }
  }

  /** Whether this daddy may add entries of its own making. */
  boolean mayPropose() {
    return isSettled() && !succession.isUnderWay() && mayReachMajority();
  }

  Auditor auditor() {
    return auditor;
  }

  private boolean mayReachMajority() {
    int alive = 0;
    for (Peer voter : group.configuration().voters()) {
      alive += node.isGone(voter) ? 0 : 1;
    }
    return alive >= group.configuration().majority();
  }

  /** Whether this node and a majority can store values. */
  private boolean hasRoom() {
    return node.room == Room.PLENTY && agreed(progress -> progress.hasRoom ? 1 : 0, 1) == 1;
  }

  /** Whoever had no room is asked again. */
  void askForRoom() {
    for (Progress progress : peers.values()) {
      if (!progress.hasRoom && node.world.now() - progress.sentAt >= ROOM_NANOS) {
        replicator.sendBare(progress);
      }
    }
  }

  int pending() {
    return pending.size() + reads.size();
  }

  /** Operations whose entries were applied hear what became of them. */
  void applied(Application.Effects effects) {
    for (Machine.Touched touched : effects.touched()) {
      expiry.saw(touched.key(), touched.state());
    }
    for (Application.Outcome outcome : effects.outcomes()) {
      if (!pending.isEmpty() && pending.peekFirst().index == outcome.index()) {
        Pending first = pending.removeFirst();
        pendingBytes -= first.bytes;
        waiting.remove(first.op);
        first.done.accept(outcome.reply());
      }
    }
    watches.applied(effects.touched());
  }

  // Commitment.

  boolean isSettled() {
    return group.applied() >= ownStart;
  }

  /**
   * Commits what a majority has (Raft, section 5.4.2: only by an entry of the own epoch), and
   * serves reads.
   */
  void advance() {
    long candidate = agreed(progress -> progress.match, group.log.durable());
    if (candidate > group.commit() && group.log.epochAt(candidate) == group.epoch()) {
      boolean settled = isSettled();
      busySince = node.world.now();
      group.commitTo(candidate);
      if (!over && commitTimer == NONE) {
        commitTimer = node.world.after(COMMIT_DELAY, this::commitDue);
      }
      if (!settled && isSettled()) {
        group.wholeness.committed(group.commit());
        govern();
      }
    }
    if (!over) {
      long confirmed = agreed(progress -> progress.answeredRound, reads.round());
      reads.serve(confirmed, group.applied());
    }
  }

  /** The highest value that a majority of the voters has reached. */
  private long agreed(ToLongFunction<Progress> value, long own) {
    List<Long> values = new ArrayList<>();
    for (Peer voter : group.configuration().voters()) {
      Progress progress = peers.get(voter.id());
      values.add(progress == null ? own : Long.valueOf(value.applyAsLong(progress)));
    }
    values.sort(Collections.reverseOrder());
    return values.get(group.configuration().majority() - 1);
  }

  private void commitDue() {
    commitTimer = NONE;
    for (Progress progress : peers.values()) {
      if (progress.toldCommit < group.commit()) {
        replicator.sendBare(progress);
      }
    }
  }

  /** Tells everybody at once what is committed. */
  void tellCommit() {
    peers.values().forEach(replicator::sendBare);
  }

  /** Shows {@code from} that its daddy lives. */
  void reassure(Peer from) {
    progress(from).ifPresent(replicator::sendBare);
  }

  // Members.

  Optional<Progress> progress(Peer peer) {
    return Optional.ofNullable(peers.get(peer.id()))
        .filter(progress -> Configuration.same(progress.peer, peer));
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
      if (group.configuration().learns(progress.peer)) {
        govern();
      }
      group.touch();
    }
  }

  /** Proposes a change of members or of range; the caller has made sure that none is under way. */
  void change(Entry entry) {
    group.append(entry);
    followConfiguration();
  }

  private void followConfiguration() {
    Configuration newest = group.configuration();
    for (Progress progress : List.copyOf(peers.values())) {
      if (!newest.includes(progress.peer)) {
        progress.endSnapshot();
        peers.remove(progress.peer.id());
      }
    }
    for (Peer peer : newest.everyone()) {
      if (!node.isSelf(peer)) {
        peers.computeIfAbsent(
            peer.id(), id -> new Progress(peer, group.log.last() + 1, node.world.now()));
      }
    }
  }

  /** A change is committed: those who are out hear of it. */
  void membersChanged(Configuration before) {
    for (Peer peer : before.everyone()) {
      group.inbox.answerStale(peer, before.generation());
    }
    govern();
  }

  /** Compares the group with the ring, and takes the next step towards it. */
  void govern() {
    if (!over && isSettled() && !succession.isUnderWay() && node.ring.isActive()) {
      steward.step();
    }
  }

  /** Hands over to {@code peer}. */
  void handOver(Peer peer) {
    succession.begin(peer);
  }

  /**
   * The log after this index is needed by members that are being filled.
   *
   * @param inherited what was needed as far as this node knew before
   */
  long needed(long inherited) {
    long oldest = Long.MAX_VALUE;
    for (Progress progress : peers.values()) {
      oldest = Math.min(oldest, progress.needed(inherited));
    }
    return oldest;
  }

  // Time.

  void turnEnded() {
    reads.startRound();
    peers.values().forEach(replicator::pump);
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
    for (Progress progress : peers.values()) {
      if (replicator.isOutstanding(progress)) {
        return true;
      }
    }
    return false;
  }

  private void ticked() {
    tick = NONE;
    if (isWorking() && !hearsMajority()) {
      group.follow(group.epoch(), Optional.empty());
      return;
    }
    peers.values().forEach(replicator::retry);
    group.touch();
  }

  /** Check-quorum (Ongaro 2014, section 6.2): whoever waits is better sent elsewhere. */
  private boolean hearsMajority() {
    long patience = node.config.quorumTimeout().toNanos();
    long now = node.world.now();
    return agreed(progress -> now - Math.max(progress.heardAt, busySince) <= patience ? 1 : 0, 1)
        == 1;
  }

  /** Leadership is over: whoever waits is told what is certain. */
  void end() {
    over = true;
    peers.values().forEach(Progress::endSnapshot);
    tick.cancel();
    commitTimer.cancel();
    while (!pending.isEmpty()) {
      pending.removeFirst().done.accept(new ClientMessage.Dropped());
    }
    reads.end();
    expiry.end();
    sweep.end();
    auditor.end();
    watches.end();
  }
}
