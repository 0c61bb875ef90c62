package io.kringle.replication;

import io.kringle.ring.Id;
import io.kringle.ring.Peer;
import io.kringle.ring.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Finding a daddy (Ongaro, Ousterhout 2014, section 5.2), asking first whether anybody would want
 * it (Ongaro 2014, section 9.6). There are no heartbeats to miss: a follower believes in its daddy
 * until the ring says that it is dead, or until somebody's doubts make it ask and it gets no
 * answer.
 */
final class Election {
  private static final long MIN_WAIT_MILLIS = 150;
  private static final long MAX_WAIT_MILLIS = 400;
  private static final int MAX_DOUBLINGS = 3;
  private static final Duration PING_EVERY = Duration.ofMillis(300);
  private static final int PINGS = 3;
  private static final Timer NONE = () -> {};

  private final Group group;
  private final Context node;
  private final List<Id> granted = new ArrayList<>();
  private Stage stage = Stage.WAITING;
  private Timer timer = NONE;
  private Timer doubt = NONE;
  private boolean doubting;
  private int attempts;

  private enum Stage {
    WAITING,
    ASKING,
    STANDING
  }

  Election(Group group) {
    this.group = group;
    this.node = group.node;
  }

  // Losing faith.

  /**
   * There is no daddy any more: the one whom the ring prefers stands at once, the others after a
   * random wait.
   */
  void leaderLost() {
    group.follow(group.epoch(), Optional.empty());
    schedule(isPreferred() ? 0 : randomWait());
  }

  /** After a restart nobody is known to lead, and nobody is in a hurry. */
  void begin() {
    schedule(randomWait());
  }

  /** Looks whether the ring still knows the daddy. */
  void look() {
    if (group.leader().filter(node::isGone).isPresent()) {
      leaderLost();
    } else if (group.leader().isEmpty() && timer == NONE) {
      schedule(randomWait());
    }
  }

  /** Somebody has reason to think that the daddy is gone: asks it. */
  void doubtLeader() {
    if (!doubting && !group.isLeader() && group.leader().isPresent()) {
      doubting = true;
      ping(1);
    }
  }

  private void ping(int count) {
    Optional<Peer> leader = group.leader();
    if (leader.isEmpty()) {
      doubting = false;
    } else if (count > PINGS) {
      doubting = false;
      node.ring.suspect(leader.get());
      leaderLost();
    } else {
      node.send(
          leader.get(), new ReplicationMessage.Ping(group.arc, group.generation(), group.epoch()));
      doubt = node.world.after(PING_EVERY, () -> ping(count + 1));
    }
  }

  void denied(Peer from, ReplicationMessage.NotLeading denial) {
    if (denial.epoch() > group.epoch()) {
      group.follow(denial.epoch(), Optional.empty());
      schedule(randomWait());
    } else if (group.leader().filter(leader -> Configuration.same(leader, from)).isPresent()) {
      leaderLost();
    }
  }

  /** The group follows somebody, or nobody, as of now. */
  void followed() {
    if (doubting) {
      doubt.cancel();
      doubting = false;
    }
    stage = Stage.WAITING;
    if (group.leader().isPresent()) {
      attempts = 0;
      cancel();
    } else if (timer == NONE) {
      schedule(randomWait());
    }
  }

  void stop() {
    doubt.cancel();
    cancel();
    stage = Stage.WAITING;
  }

  private void cancel() {
    timer.cancel();
    timer = NONE;
  }

  private long randomWait() {
    long wait = node.world.random().nextLong(MIN_WAIT_MILLIS, MAX_WAIT_MILLIS);
    return wait << Math.min(attempts, MAX_DOUBLINGS);
  }

  private void schedule(long millis) {
    timer.cancel();
    timer = node.world.after(Duration.ofMillis(millis), this::timeUp);
  }

  private void timeUp() {
    timer = NONE;
    if (group.isAlive() && group.leader().isEmpty()) {
      ask();
    }
  }

  /** Whether the ring would have this node lead: the live voter nearest to the arc's owner. */
  private boolean isPreferred() {
    Id owner = node.ring.leafSet().closest(group.range().from()).id();
    Peer best = node.self();
    for (Peer voter : group.configuration().voters()) {
      if (!node.isGone(voter) && owner.isCloserTo(voter.id(), best.id())) {
        best = voter;
      }
    }
    return node.isSelf(best);
  }

  // Standing.

  private boolean mayStand() {
    return group.isAlive()
        && !group.isLeader()
        && !group.isInstalling()
        && !group.isMending()
        && group.configuration().votes(node.self());
  }

  private void ask() {
    if (!mayStand()) {
      return;
    }
    stage = Stage.ASKING;
    granted.clear();
    attempts++;
    schedule(randomWait());
    grantedBy(node.self().id());
    request(true, group.epoch() + 1);
  }

  /** Stands without asking first: another daddy wants it so. */
  void standNow() {
    if (!mayStand()) {
      return;
    }
    group.beginEpoch();
    stage = Stage.STANDING;
    granted.clear();
    schedule(randomWait());
    long standing = group.epoch();
    group.whenSaved(
        () -> {
          if (stage == Stage.STANDING && group.epoch() == standing) {
            grantedBy(node.self().id());
            request(false, standing);
          }
        });
  }

  void handedOver(ReplicationMessage.TimeoutNow now) {
    if (now.epoch() == group.epoch()) {
      standNow();
    }
  }

  private void request(boolean pre, long epoch) {
    Stage asked = stage;
    for (Peer voter : electorate()) {
      if (stage == asked && !node.isSelf(voter)) {
        node.send(
            voter,
            new ReplicationMessage.RequestVote(
                group.arc,
                group.generation(),
                epoch,
                pre,
                group.log.last(),
                group.log.lastEpoch()));
      }
    }
  }

  private List<Peer> electorate() {
    List<Peer> all = new ArrayList<>(group.configuration().voters());
    WayBack.ofCandidate(group).stream()
        .flatMap(before -> before.voters().stream())
        .filter(voter -> !Configuration.holds(all, voter))
        .forEach(all::add);
    return all;
  }

  private void grantedBy(Id voter) {
    if (!granted.contains(voter)) {
      granted.add(voter);
    }
    boolean regular = isElectedBy(group.configuration());
    if (!regular && WayBack.ofCandidate(group).filter(this::isElectedBy).isEmpty()) {
      return;
    }
    if (stage == Stage.ASKING) {
      standNow();
    } else if (stage == Stage.STANDING) {
      stage = Stage.WAITING;
      attempts = 0;
      cancel();
      group.lead();
      if (!regular) {
        group.leadership().ifPresent(Leadership::takeBack);
      }
    }
  }

  private boolean isElectedBy(Configuration configuration) {
    long votes = configuration.voters().stream().filter(v -> granted.contains(v.id())).count();
    return votes >= configuration.majority();
  }

  void answered(Peer from, ReplicationMessage.VoteReply reply) {
    if (reply.epoch() > group.epoch()) {
      group.follow(reply.epoch(), Optional.empty());
      return;
    }
    boolean ours = reply.granted() && Configuration.holds(electorate(), from);
    if (ours && reply.pre() && stage == Stage.ASKING && reply.asked() == group.epoch() + 1) {
      grantedBy(from.id());
    } else if (ours && !reply.pre() && stage == Stage.STANDING && reply.asked() == group.epoch()) {
      grantedBy(from.id());
    }
  }

  // Voting.

  void requested(Peer from, ReplicationMessage.RequestVote request) {
    if (!group.configuration().includes(from)) {
      group.inbox.answerStale(from, request.generation());
    }
    if (request.pre()) {
      askedBefore(from, request);
      return;
    }
    if (request.epoch() > group.epoch()) {
      group.follow(request.epoch(), Optional.empty());
    }
    boolean free = group.vote().isEmpty() || Configuration.same(group.vote().get(), from);
    if (request.epoch() == group.epoch() && free && mayVote() && isUpToDate(request)) {
      group.voteFor(from);
      schedule(MAX_WAIT_MILLIS + randomWait());
      group.whenSaved(() -> answer(from, request, true));
    } else {
      answer(from, request, false);
    }
  }

  /**
   * Whoever follows a live daddy wants no other, so that one who was cut off does not disturb the
   * rest. A daddy that asks leads no more: it has started anew, maybe without the end of its log,
   * so that it needs to be led itself.
   */
  private void askedBefore(Peer from, ReplicationMessage.RequestVote request) {
    Optional<Peer> leader = group.leader();
    boolean content =
        leader.isPresent() && !Configuration.same(leader.get(), from) && !node.isGone(leader.get());
    answer(
        from,
        request,
        !content && mayVote() && request.epoch() > group.epoch() && isUpToDate(request));
    boolean ledBefore =
        request.epoch() > group.epoch()
            && leader.filter(each -> Configuration.same(each, from)).isPresent();
    if (group.isLeader()) {
      group.leadership().ifPresent(lead -> lead.reassure(from));
    } else if (ledBefore) {
      leaderLost();
    } else if (content) {
      doubtLeader();
    }
  }

  /**
   * A member with another disk than it was taken in with has promised nothing, and decides nothing.
   */
  private boolean mayVote() {
    return group.configuration().includes(node.self());
  }

  /** Raft, section 5.4.1. */
  private boolean isUpToDate(ReplicationMessage.RequestVote request) {
    long epoch = group.log.lastEpoch();
    return request.lastEpoch() > epoch
        || (request.lastEpoch() == epoch && request.lastIndex() >= group.log.last());
  }

  private void answer(Peer to, ReplicationMessage.RequestVote request, boolean grant) {
    if (grant && !request.pre() && group.epoch() != request.epoch()) {
      return;
    }
    node.send(
        to,
        new ReplicationMessage.VoteReply(
            group.arc, group.generation(), group.epoch(), request.pre(), request.epoch(), grant));
  }
}
