package io.kringle.replication;

import io.kringle.ring.Peer;
import java.util.Optional;

/** What the other members of a group say, passed on to the role that it concerns. */
final class Inbox {
  private final Group group;

  Inbox(Group group) {
    this.group = group;
  }

  void received(Peer from, ReplicationMessage message) {
    if (!group.isAlive()) {
      if (group.isBroken() && message instanceof ReplicationMessage.Ping) {
        answerPing(from);
      }
      return;
    }
    if (message instanceof ReplicationMessage.RequestVote request) {
      group.election.requested(from, request);
    } else if (message instanceof ReplicationMessage.VoteReply reply) {
      group.election.answered(from, reply);
    } else if (message instanceof ReplicationMessage.Append append) {
      group.follower.append(from, append);
    } else if (message instanceof ReplicationMessage.Offer offer) {
      group.follower.offer(from, offer);
    } else if (message instanceof ReplicationMessage.Chunk chunk) {
      group.follower.chunk(from, chunk);
    } else if (message instanceof ReplicationMessage.AppendReply reply) {
      hear(reply);
      group.leadership().ifPresent(lead -> lead.appended(from, reply));
    } else if (message instanceof ReplicationMessage.Standing reply) {
      hear(reply);
      group.leadership().ifPresent(lead -> lead.received(from, reply));
    } else if (message instanceof ReplicationMessage.TimeoutNow now) {
      group.election.handedOver(now);
    } else if (message instanceof ReplicationMessage.Ping) {
      answerPing(from);
    } else if (message instanceof ReplicationMessage.NotLeading denial) {
      group.election.denied(from, denial);
    } else if (message instanceof ReplicationMessage.StaleCheck check) {
      answerStale(from, check.generation());
    } else if (message instanceof ReplicationMessage.Removed removed) {
      removed(removed);
    } else if (message instanceof ReplicationMessage.Audited audited) {
      group.audit.told(from, audited);
    } else if (message instanceof ReplicationMessage.Differs differs) {
      group.mending.told(differs);
    } else if (message instanceof ReplicationMessage.MendRequest request) {
      group.mending.asked(from, request);
    } else if (message instanceof ReplicationMessage.Mend mend) {
      group.mending.received(mend);
    } else if (message instanceof ReplicationMessage.Leave) {
      group.node.leavers.add(from, group.node.world.now());
    } else {
      throw new IllegalStateException("no case for " + message);
    }
  }

  private void hear(ReplicationMessage reply) {
    if (reply.epoch() > group.epoch()) {
      group.follow(reply.epoch(), Optional.empty());
    }
  }

  private void answerPing(Peer from) {
    if (group.isLeader()) {
      group.leadership().ifPresent(lead -> lead.reassure(from));
    } else {
      group.node.send(
          from, new ReplicationMessage.NotLeading(group.arc, group.generation(), group.epoch()));
    }
  }

  /**
   * Tells a former member so, if the change is committed: it keeps no more than a {@link Grave}.
   * What is committed has one configuration of each generation, so that of one who is in another of
   * the same was never committed.
   */
  void answerStale(Peer from, long itsGeneration) {
    Configuration committed = group.configurations.applied();
    if (committed.generation() >= itsGeneration
        && !committed.includes(from)
        && !group.configurations.latest().includes(from)) {
      group.node.send(
          from,
          new ReplicationMessage.Removed(
              group.arc, committed.generation(), group.epoch(), group.splits.all()));
    }
  }

  private void removed(ReplicationMessage.Removed removed) {
    if (removed.generation() >= group.generation()) {
      group.giveUp(removed.splits(), removed.generation());
    }
  }
}
