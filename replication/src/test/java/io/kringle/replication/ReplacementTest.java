package io.kringle.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.kringle.ring.Bytes;
import io.kringle.ring.Peer;
import io.kringle.ring.Result;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A node counts as a member only once it has everything, in rings of any size. */
class ReplacementTest {
  private static final Duration SETTLING = Duration.ofSeconds(60);
  private static final int RECORDS = 60;
  private static final String VALUE = "v".repeat(20_000);

  private int filling;

  private static void fill(Cluster cluster) {
    for (int i = 0; i < RECORDS; i++) {
      assertThat(cluster.node(0).put("key " + i, VALUE).isOk()).isTrue();
    }
  }

  private static void expectFilled(Cluster cluster) {
    for (int i = 0; i < RECORDS; i++) {
      Cluster.Node node = cluster.live().get(i % cluster.live().size());
      assertThat(node.get("key " + i))
          .isEqualTo(Result.ok(new Versioned(1, Optional.of(Bytes.utf8(VALUE)))));
    }
  }

  private static Optional<Group> replica(Cluster cluster, Peer member, long arc) {
    return cluster.live().stream()
        .filter(node -> Configuration.same(node.peer, member))
        .flatMap(node -> node.replication.groups().stream())
        .filter(group -> group.arc == arc)
        .findFirst();
  }

  /** Whoever votes and lives has its records; whoever is being filled is seen not to vote. */
  private void look(Cluster cluster) {
    for (Group daddy : cluster.daddies()) {
      Configuration now = daddy.configuration();
      for (Peer learner : now.learners()) {
        filling +=
            replica(cluster, learner, daddy.arc).filter(Group::isInstalling).isPresent() ? 1 : 0;
      }
      for (Peer voter : now.voters()) {
        Optional<Group> replica = replica(cluster, voter, daddy.arc);
        assertThat(replica.filter(Group::isInstalling))
            .as(() -> voter + " votes and is being filled\n" + cluster.describe())
            .isEmpty();
      }
    }
  }

  private void settle(Cluster cluster) {
    long end = cluster.simulation.now() + SETTLING.toNanos();
    while (!cluster.isSettled() && cluster.simulation.now() < end) {
      cluster.run(Duration.ofMillis(2));
      look(cluster);
    }
    assertThat(cluster.isSettled()).as(cluster::describe).isTrue();
    assertThat(cluster.replicasAgree()).as(cluster::describe).isTrue();
  }

  @Test
  void aReplacementIsCompleteBeforeItCounts() {
    Cluster cluster = new Cluster(21, ReplicationConfig.DEFAULT.withLog(20, 100_000));
    cluster.grow(4);
    settle(cluster);
    fill(cluster);
    settle(cluster);
    filling = 0;
    cluster.node(1).kill();
    cluster.run(Duration.ofSeconds(3));
    settle(cluster);
    assertThat(filling).as("glances at one that was being filled").isPositive();
    expectFilled(cluster);
  }

  /** Of those two and a newcomer, the newcomer could be lost as well, and two be no majority. */
  @Test
  void whoIsLostGoesBeforeItsReplacementVotes() {
    Cluster cluster = new Cluster(24);
    cluster.grow(4);
    settle(cluster);
    fill(cluster);
    Peer lost = cluster.node(1).peer;
    cluster.node(1).kill();
    boolean wasThere =
        cluster.daddies().stream().anyMatch(each -> each.configuration().votes(lost));
    assertThat(wasThere).isTrue();
    long end = cluster.simulation.now() + SETTLING.toNanos();
    do {
      cluster.run(Duration.ofMillis(1));
      assertThat(cluster.daddies())
          .as(cluster::describe)
          .noneMatch(
              daddy ->
                  daddy.configuration().votes(lost) && daddy.configuration().voters().size() > 3);
    } while (!cluster.isSettled() && cluster.simulation.now() < end);
    assertThat(cluster.isSettled()).as(cluster::describe).isTrue();
    assertThat(cluster.daddies()).noneMatch(daddy -> daddy.configuration().votes(lost));
    expectFilled(cluster);
  }

  @Test
  void aRingOfOneServesAndGrowsNodeByNode() {
    Cluster cluster = new Cluster(22, ReplicationConfig.DEFAULT.withLog(20, 100_000));
    cluster.grow(1);
    fill(cluster);
    for (int size = 2; size <= 4; size++) {
      cluster.grow(size);
      settle(cluster);
      expectFilled(cluster);
      int voters = Math.min(3, size);
      assertThat(cluster.daddies())
          .allMatch(daddy -> daddy.configuration().voters().size() == voters);
    }
    assertThat(filling).as("glances at one that was being filled").isPositive();
  }

  @Test
  void aDaddyTellsOfWhoIsBeingFilledAndOfWhoIsDead() {
    Cluster cluster = new Cluster(23);
    cluster.grow(3);
    settle(cluster);
    fill(cluster);
    Peer dead = cluster.node(2).peer;
    cluster.node(2).kill();
    cluster.run(Duration.ofSeconds(2));
    assertThat(cluster.daddies())
        .isNotEmpty()
        .allSatisfy(
            daddy -> {
              ArcHealth health = daddy.status().health();
              assertThat(health.state()).isEqualTo(ArcHealth.State.DEGRADED);
              assertThat(health.problems()).contains(dead.id().brief() + " is dead");
            });
    assertThat(cluster.node(0).put("key 1", "more").isOk()).isTrue();
    assertThat(cluster.daddies())
        .anyMatch(
            daddy ->
                daddy.status().lags().stream()
                    .anyMatch(lag -> lag.member().equals(dead.id()) && lag.entries() > 0));
    cluster.node(1).kill();
    cluster.run(Duration.ofSeconds(2));
    for (Group group : cluster.node(0).replication.groups()) {
      assertThat(group.status().health().state()).isEqualTo(ArcHealth.State.UNAVAILABLE);
      assertThat(group.status().health().problems()).contains("no majority: 1 of 3 members live");
    }
  }
}
