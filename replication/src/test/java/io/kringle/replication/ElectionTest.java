package io.kringle.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.kringle.ring.Peer;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Whom a member votes for. */
final class ElectionTest {
  private final Cluster cluster = new Cluster(5);

  private Group aFollowerWithSomethingInItsLog() {
    cluster.grow(3);
    assertThat(cluster.settles(Duration.ofSeconds(60))).as(cluster::describe).isTrue();
    Group daddy = cluster.daddies().get(0);
    return cluster.live().stream()
        .flatMap(node -> node.replication.groups().stream())
        .filter(group -> group.arc == daddy.arc && !group.isLeader())
        .findFirst()
        .orElseThrow();
  }

  private static Peer otherFollower(Group group) {
    return group.configuration().voters().stream()
        .filter(peer -> !group.node.isSelf(peer))
        .filter(peer -> !group.leader().orElseThrow().equals(peer))
        .findFirst()
        .orElseThrow();
  }

  private static ReplicationMessage.RequestVote request(
      Group group, long epoch, long lastIndex, long lastEpoch) {
    return new ReplicationMessage.RequestVote(
        group.arc, group.generation(), epoch, false, lastIndex, lastEpoch);
  }

  @Test
  void noVoteForAShorterLogOfTheSameEpoch() {
    Group group = aFollowerWithSomethingInItsLog();
    Peer candidate = otherFollower(group);
    long next = group.epoch() + 1;
    group.inbox.received(
        candidate, request(group, next, group.log.last() - 1, group.log.lastEpoch()));
    assertThat(group.epoch()).isEqualTo(next);
    assertThat(group.vote()).isEmpty();
  }

  @Test
  void noVoteForALongerLogOfAnEarlierEpoch() {
    Group group = aFollowerWithSomethingInItsLog();
    Peer candidate = otherFollower(group);
    group.inbox.received(
        candidate,
        request(group, group.epoch() + 1, group.log.last() + 100, group.log.lastEpoch() - 1));
    assertThat(group.vote()).isEmpty();
  }

  @Test
  void oneVoteInAnEpochForALogThatLacksNothing() {
    Group group = aFollowerWithSomethingInItsLog();
    Peer candidate = otherFollower(group);
    Peer daddy = group.leader().orElseThrow();
    long next = group.epoch() + 1;
    group.inbox.received(candidate, request(group, next, group.log.last(), group.log.lastEpoch()));
    group.inbox.received(daddy, request(group, next, group.log.last(), group.log.lastEpoch()));
    assertThat(group.vote()).contains(candidate);
  }

  private static ReplicationMessage.RequestVote question(Group group, long epoch) {
    return new ReplicationMessage.RequestVote(
        group.arc, group.generation(), epoch, true, group.log.last() - 1, group.log.lastEpoch());
  }

  /** It has started anew and lost the end of its log: it cannot lead, and waits to be led. */
  @Test
  void aDaddyThatAsksForVotesIsNoneAnyMore() {
    Group group = aFollowerWithSomethingInItsLog();
    Peer daddy = group.leader().orElseThrow();
    group.inbox.received(daddy, question(group, group.epoch()));
    group.inbox.received(otherFollower(group), question(group, group.epoch() + 1));
    assertThat(group.leader()).as("what was asked earlier, or by another").contains(daddy);
    group.inbox.received(daddy, question(group, group.epoch() + 1));
    assertThat(group.leader()).isEmpty();
  }
}
