package io.kringle.replication;

import io.kringle.ring.Arc;
import io.kringle.ring.Id;
import io.kringle.ring.Peer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Brings an arc's group to what the ring would have it be: the owner and its nearest neighbours,
 * the owner leading. The ring only proposes: each step is one entry of the log, safe alone, and the
 * next comes once it is committed (Ongaro 2014, chapter 4). Arcs are split and never joined again:
 * a node that comes and goes leaves borders behind, the same ones each time.
 */
final class Steward {
  /** Entries that a learner may be behind and still be made a voter. */
  private static final long SMALL_LAG = 64;

  private static final long HEARD_LATELY = Duration.ofSeconds(1).toNanos();
  private static final long REST_AFTER_HAND_OVER = Duration.ofSeconds(3).toNanos();

  private final Group group;
  private final Leadership leadership;
  private final Context node;
  private final RollCall rollCall;
  private final Horizon horizon;
  private boolean rested = true;
  private long handedOverAt;

  Steward(Group group, Leadership leadership) {
    this.group = group;
    this.leadership = leadership;
    this.node = group.node;
    this.rollCall = new RollCall(node, leadership);
    this.horizon = new Horizon(node, leadership);
  }

  /** Whether it waits for an answer before it takes the next step. */
  boolean isWaiting() {
    return rollCall.isUnderWay();
  }

  void end() {
    rollCall.end();
  }

  /** Takes back a change of voters that is under way, by another one, if there is a way back. */
  boolean takesBack() {
    Optional<Configuration> before = WayBack.ofDaddy(group);
    before.ifPresent(each -> change(each.voters(), each.learners()));
    return before.isPresent();
  }

  private void change(List<Peer> voters, List<Peer> learners) {
    leadership.change(new Entry.ChangeMembers(group.epoch(), node.self(), voters, learners));
  }

  /** One step, if there is one to take and none under way. */
  void step() {
    leadership.askForRoom();
    if (group.configurations.latestIndex() > group.commit()) {
      return;
    }
    Configuration now = group.configuration();
    horizon.around(now).ifPresent(around -> step(now, around));
  }

  private void step(Configuration now, Neighbourhood around) {
    Arc arc = now.arc();
    Optional<Id> border = around.borderWithin(arc);
    if (border.isPresent()) {
      leadership.change(new Entry.Split(group.epoch(), border.get()));
      return;
    }
    List<Peer> keepers = around.keepers(arc.from(), node.config.replicas());
    if (!changeMembers(now, keepers)) {
      handOver(now, keepers);
    }
  }

  private boolean changeMembers(Configuration now, List<Peer> keepers) {
    return dropLearner(now, keepers)
        || promote(now)
        || removeVoter(now, voter -> node.isStranger(voter))
        || teach(now, keepers)
        || (now.learners().isEmpty()
            && removeVoter(now, voter -> isSuperfluous(voter, now, keepers)));
  }

  private boolean dropLearner(Configuration now, List<Peer> keepers) {
    for (Peer learner : now.learners()) {
      if (!Configuration.holds(keepers, learner) || isLost(learner)) {
        return propose(now.voters(), without(now.learners(), learner));
      }
    }
    return false;
  }

  private boolean isLost(Peer member) {
    return node.isGone(member) && !node.isExpectedBack(member);
  }

  /**
   * Makes a learner a voter, once it has everything and is there to say so: from then on its word
   * may be needed. A voter that is gone goes before that, even if it is expected back: those who
   * live are a majority without it, and would not be one with the newcomer if that went too.
   */
  private boolean promote(Configuration now) {
    for (Peer learner : now.learners()) {
      Optional<Progress> progress = leadership.progress(learner);
      if (progress.isEmpty() || progress.get().snapshot.isPresent()) {
        continue;
      }
      boolean close = progress.get().match + SMALL_LAG >= group.log.last();
      boolean complete = progress.get().match > 0 && close;
      if (complete && node.world.now() - progress.get().heardAt < HEARD_LATELY) {
        return now.voters().stream().anyMatch(node::isGone)
            ? removeVoter(now, node::isGone)
            : propose(with(now.voters(), learner), without(now.learners(), learner));
      }
      if (complete) {
        leadership.askForSign(learner);
      }
    }
    return false;
  }

  /** Takes in one node that should be a member, under no id that is a member already. */
  private boolean teach(Configuration now, List<Peer> keepers) {
    for (Peer keeper : keepers) {
      if (now.learners().isEmpty()
          && now.find(keeper.id()).isEmpty()
          && !node.ring.isFailed(keeper.id())) {
        return propose(now.voters(), with(now.learners(), keeper));
      }
    }
    return false;
  }

  private interface Test {
    boolean holds(Peer voter);
  }

  private boolean removeVoter(Configuration now, Test test) {
    for (Peer voter : now.voters()) {
      if (!node.isSelf(voter) && test.holds(voter)) {
        return propose(without(now.voters(), voter), now.learners());
      }
    }
    return false;
  }

  /**
   * A voter goes when all who should be there are; or when it leaves by its own will, even if
   * nobody takes its place.
   */
  private boolean isSuperfluous(Peer voter, Configuration now, List<Peer> keepers) {
    boolean full =
        keepers.size() >= node.config.replicas() && keepers.stream().allMatch(now::votes);
    return !Configuration.holds(keepers, voter) && (full || node.isLeaving(voter));
  }

  /**
   * Proposes other members, but only if most of the voters to be are there: or the last that lived
   * may be let go, and those who are left wait for one who never comes back.
   *
   * @return whether this is the step to take, now or when they have said that they are there
   */
  private boolean propose(List<Peer> voters, List<Peer> learners) {
    if (!isCarriedBy(voters)) {
      return false;
    }
    if (voters.equals(group.configuration().voters()) || rollCall.isAnswered(voters)) {
      change(voters, learners);
    }
    return true;
  }

  /** Whether a majority is known to be there; who was not heard lately is asked for a sign. */
  private boolean isCarriedBy(List<Peer> voters) {
    int there = 0;
    for (Peer voter : voters) {
      if (isThere(voter)) {
        there++;
      } else {
        leadership.askForSign(voter);
      }
    }
    return there > voters.size() / 2;
  }

  private boolean isThere(Peer voter) {
    return node.isSelf(voter)
        || (!node.isGone(voter)
            && leadership
                .progress(voter)
                .filter(each -> each.match > 0)
                .filter(each -> node.world.now() - each.heardAt < HEARD_LATELY)
                .isPresent());
  }

  private static List<Peer> with(List<Peer> peers, Peer peer) {
    List<Peer> more = new ArrayList<>(peers);
    more.add(peer);
    return more;
  }

  private static List<Peer> without(List<Peer> peers, Peer peer) {
    return peers.stream().filter(each -> !Configuration.same(each, peer)).toList();
  }

  /** Leadership goes to the owner; from a node that leaves, or whose disk is full, to anybody. */
  private void handOver(Configuration now, List<Peer> keepers) {
    Peer owner = keepers.get(0);
    if ((node.isSelf(owner) && node.room == Room.PLENTY) || (!rested && isTired())) {
      return;
    }
    Optional<Peer> successor = Optional.of(owner).filter(peer -> isReady(now, peer));
    boolean toAnybody = node.room != Room.PLENTY || !Configuration.holds(keepers, node.self());
    if (successor.isEmpty() && toAnybody) {
      successor = keepers.stream().filter(peer -> isReady(now, peer)).findFirst();
    }
    successor.ifPresent(this::handOver);
  }

  private void handOver(Peer successor) {
    rested = false;
    handedOverAt = node.world.now();
    leadership.handOver(successor);
  }

  private boolean isTired() {
    return node.world.now() - handedOverAt < REST_AFTER_HAND_OVER;
  }

  private boolean isReady(Configuration now, Peer peer) {
    return now.votes(peer)
        && !node.isGone(peer)
        && leadership
            .progress(peer)
            .filter(each -> each.match > 0 && each.match + SMALL_LAG >= group.log.last())
            .filter(each -> each.hasRoom)
            .isPresent();
  }
}
