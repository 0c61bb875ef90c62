package io.kringle.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.kringle.ring.Id;
import io.kringle.ring.Peer;
import io.kringle.testkit.Network;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * A change of voters that counts on somebody who has just been lost does not outlive the daddy's
 * patience.
 */
class TakenBackTest {
  private static final Duration LONG = Duration.ofSeconds(60);

  private final Cluster cluster = new Cluster(41);

  private Group change(Cluster.Node gone) {
    Group changing = null;
    long end = cluster.simulation.now() + LONG.toNanos();
    while (changing == null && cluster.simulation.now() < end) {
      cluster.run(Duration.ofMillis(1));
      changing =
          cluster.daddies().stream()
              .filter(daddy -> daddy.configurations.latestIndex() > daddy.commit())
              .filter(daddy -> daddy.configurations.applied().votes(gone.peer))
              .filter(daddy -> !daddy.configuration().votes(gone.peer))
              .findFirst()
              .orElse(null);
    }
    assertThat(changing).as("a daddy that lets go who is gone").isNotNull();
    return changing;
  }

  private Cluster.Node grown() {
    cluster.grow(4);
    assertThat(cluster.settles(LONG)).isTrue();
    assertThat(cluster.node(0).put("key", "value").isOk()).isTrue();
    return cluster.node(1);
  }

  /** Lets one voter go, and loses another one before that is decided. */
  private Group changeInVain(Cluster.Node gone) {
    gone.kill();
    Group changing = change(gone);
    Configuration before = changing.configurations.applied();
    assertThat(changing.configuration().voters()).hasSize(2);
    cluster.live().stream()
        .filter(node -> !changing.node.isSelf(node.peer) && before.votes(node.peer))
        .findFirst()
        .orElseThrow()
        .kill();
    cluster.run(Duration.ofMillis(500));
    assertThat(changing.configurations.latestIndex()).isGreaterThan(changing.commit());
    return changing;
  }

  private void assertHeals(Cluster.Node asked) {
    assertThat(cluster.settles(LONG)).as(cluster::describe).isTrue();
    assertThat(asked.get("key").isOk()).isTrue();
  }

  @Test
  void whoeverVotedBeforeIsAMajorityStillWhenAVoterToBeIsLost() {
    Cluster.Node gone = grown();
    changeInVain(gone);
    gone.restart();
    assertHeals(gone);
  }

  @Test
  void soTheyAreWhenTheDaddyThatProposedItStartsAnew() {
    Cluster.Node gone = grown();
    Group changing = changeInVain(gone);
    Cluster.Node daddy = cluster.node(changing.node.self());
    daddy.kill();
    daddy.restart();
    gone.restart();
    assertHeals(gone);
  }

  /** Its replica of its own arc, when it is to vote by a change that it does not know committed. */
  private static Optional<Group> voter(Cluster.Node node) {
    return node.replication.groups().stream()
        .filter(group -> node.ring.leafSet().closest(group.range().from()).equals(node.peer))
        .filter(group -> group.configurations.latestIndex() > group.commit())
        .filter(group -> group.configurations.applied().learns(node.peer))
        .filter(group -> group.configuration().votes(node.peer))
        .findFirst();
  }

  @Test
  void whoCameToVoteByTheChangeDoesNotTakeItBack() {
    cluster.grow(2);
    assertThat(cluster.settles(LONG)).isTrue();
    assertThat(cluster.node(0).put("key", "value").isOk()).isTrue();
    Cluster.Node newcomer = cluster.add();
    assertThat(cluster.run(() -> voter(newcomer).isPresent(), LONG)).isTrue();
    Group replica = voter(newcomer).orElseThrow();
    Cluster.Node former = cluster.node(replica.leader().orElseThrow());
    former.kill();
    replica.election.standNow();
    assertThat(cluster.run(replica::isLeader, Duration.ofSeconds(1))).isTrue();
    cluster.live().stream().filter(node -> node != newcomer).forEach(Cluster.Node::kill);
    Duration longerThanPatience = ReplicationConfig.DEFAULT.quorumTimeout().multipliedBy(2);
    boolean taken =
        cluster.run(() -> !replica.configuration().votes(newcomer.peer), longerThanPatience);
    assertThat(taken).as("it leads those who do not elect it").isFalse();
    cluster.restartAll();
    assertHeals(former);
  }

  private static boolean isToVote(Group daddy, Cluster.Node newcomer) {
    return daddy.configurations.applied().learns(newcomer.peer)
        && daddy.configuration().votes(newcomer.peer);
  }

  /**
   * The daddy has proposed that a newcomer votes, is heard by one of the voters and hears neither.
   * By the time that it takes that back only the newcomer hears it, and then it is lost: three of
   * the four who are to vote live.
   */
  @Test
  void whoseVoteIsTakenBackElectsThoseWhoHaveNotHeardOfIt() {
    cluster.grow(3);
    assertThat(cluster.settles(LONG)).isTrue();
    assertThat(cluster.node(0).put("key", "value").isOk()).isTrue();
    Cluster.Node newcomer = cluster.add();
    assertThat(
            cluster.run(
                () -> cluster.daddies().stream().anyMatch(each -> isToVote(each, newcomer)), LONG))
        .isTrue();
    Group daddy =
        cluster.daddies().stream().filter(each -> isToVote(each, newcomer)).findFirst().get();
    List<Peer> followers =
        daddy.configurations.applied().voters().stream()
            .filter(voter -> !daddy.node.isSelf(voter))
            .toList();
    Id deposed = daddy.node.self().id();
    Network network = cluster.simulation.network();
    followers.forEach(follower -> network.cut(follower.id(), deposed));
    network.cut(deposed, followers.get(1).id());
    cluster.run(Duration.ofMillis(500));
    network.cut(deposed, followers.get(0).id());
    assertThat(cluster.run(() -> !daddy.configuration().votes(newcomer.peer), LONG)).isTrue();
    cluster.run(Duration.ofMillis(500));
    assertThat(daddy.configurations.applied().learns(newcomer.peer)).isTrue();
    assertThat(cluster.node(followers.get(0)).replication.groups())
        .filteredOn(group -> group.arc == daddy.arc)
        .allMatch(group -> group.configuration().votes(newcomer.peer))
        .isNotEmpty();

    cluster.node(daddy.node.self()).kill();
    network.heal();
    assertHeals(newcomer);
  }
}
