package io.kringle.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.kringle.ring.Bytes;
import io.kringle.ring.Failure;
import io.kringle.ring.Id;
import io.kringle.ring.Peer;
import io.kringle.ring.Result;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The story of a ring, scene by scene. */
final class ReplicationTest {
  private static final Duration SETTLING = Duration.ofSeconds(60);

  private static Result<WriteOutcome> written(long version) {
    return Result.ok(new WriteOutcome.Written(version, version == 1));
  }

  private static Result<Versioned> value(long version, String value) {
    return Result.ok(new Versioned(version, Optional.of(Bytes.utf8(value))));
  }

  private static void settle(Cluster cluster) {
    assertThat(cluster.settles(SETTLING)).as(cluster::describe).isTrue();
    assertThat(cluster.replicasAgree()).as(cluster::describe).isTrue();
  }

  private static Failure.Kind failure(Result<?> result) {
    return result.fold(ok -> null, Failure::kind);
  }

  private static void fill(Cluster cluster, int records) {
    for (int i = 0; i < records; i++) {
      Cluster.Node node = cluster.live().get(i % cluster.live().size());
      assertThat(node.put("key " + i, "value " + i)).as(cluster::describe).isEqualTo(written(1));
    }
  }

  private static void expectFilled(Cluster cluster, int records) {
    for (int i = 0; i < records; i++) {
      Cluster.Node node = cluster.live().get((i + 1) % cluster.live().size());
      assertThat(node.get("key " + i)).as(cluster::describe).isEqualTo(value(1, "value " + i));
    }
  }

  private static Cluster.Node daddyOf(Cluster cluster, String key) {
    for (Group daddy : cluster.daddies()) {
      if (daddy.range().contains(Id.ofKey(key))) {
        return cluster.live().stream()
            .filter(n -> n.peer.equals(daddy.node.self()))
            .findFirst()
            .get();
      }
    }
    throw new AssertionError("nobody leads " + key);
  }

  @Test
  void aSingleNodeKeepsRecords() {
    Cluster cluster = new Cluster(1);
    Cluster.Node node = cluster.add();
    assertThat(node.get("a")).isEqualTo(Result.ok(Versioned.NEVER));
    assertThat(node.put("a", "one")).isEqualTo(written(1));
    assertThat(node.put("a", "two")).isEqualTo(written(2));
    assertThat(node.get("a")).isEqualTo(value(2, "two"));
  }

  @Test
  void dataFollowsAsTheRingGrows() {
    Cluster cluster = new Cluster(2);
    cluster.add();
    fill(cluster, 60);
    for (int size : List.of(2, 3, 5)) {
      cluster.grow(size);
      settle(cluster);
      expectFilled(cluster, 60);
    }
  }

  @Test
  void anotherTakesOverWhenADaddyDies() {
    Cluster cluster = new Cluster(3);
    cluster.grow(5);
    settle(cluster);
    fill(cluster, 40);
    daddyOf(cluster, "key 7").kill();
    assertThat(cluster.live().get(0).put("key 7", "again"))
        .as(cluster::describe)
        .isEqualTo(written(2));
    settle(cluster);
    assertThat(cluster.live().get(1).get("key 7")).isEqualTo(value(2, "again"));
    expectFilled(cluster, 7);
  }

  @Test
  void aNodeComesBackWithItsDisk() {
    Cluster cluster = new Cluster(4);
    cluster.grow(4);
    settle(cluster);
    fill(cluster, 30);
    Cluster.Node node = cluster.node(2);
    node.kill();
    cluster.run(Duration.ofSeconds(3));
    assertThat(cluster.node(0).put("key 3", "meanwhile")).isEqualTo(written(2));
    node.restart();
    settle(cluster);
    assertThat(node.get("key 3")).isEqualTo(value(2, "meanwhile"));
  }

  @Test
  void aRingThatWentDownAtOnceComesBackWithEverythingAcknowledged() {
    Cluster cluster = new Cluster(5);
    cluster.grow(5);
    settle(cluster);
    fill(cluster, 40);
    cluster.live().forEach(Cluster.Node::kill);
    for (int i = 0; i < 5; i++) {
      cluster.node(i).restart();
    }
    settle(cluster);
    expectFilled(cluster, 40);
  }

  @Test
  void aReplacedMemberThatReturnsGivesUpWhatIsNotItsOwn() {
    Cluster cluster = new Cluster(6);
    cluster.grow(6);
    settle(cluster);
    fill(cluster, 30);
    cluster.node(1).kill();
    cluster.run(Duration.ofSeconds(12));
    settle(cluster);
    cluster.node(1).restart();
    cluster.run(Duration.ofSeconds(2));
    settle(cluster);
    expectFilled(cluster, 30);
  }

  @Test
  void whoLostItsDiskIsFilledAnew() {
    Cluster cluster = new Cluster(7);
    cluster.grow(3);
    settle(cluster);
    fill(cluster, 30);
    cluster.node(1).kill();
    cluster.run(Duration.ofSeconds(2));
    cluster.node(1).restartAsStranger();
    cluster.run(Duration.ofSeconds(1));
    settle(cluster);
    expectFilled(cluster, 30);
    assertThat(cluster.node(1).replication.records().arcs()).isNotEmpty();
  }

  @Test
  void anOrderlyLeaveHandsEverythingOver() {
    Cluster cluster = new Cluster(8);
    cluster.grow(2);
    settle(cluster);
    fill(cluster, 20);
    cluster.node(0).leave();
    assertThat(cluster.run(() -> !cluster.node(0).up, Duration.ofSeconds(9)))
        .as(cluster::describe)
        .isTrue();
    expectFilled(cluster, 20);
    assertThat(cluster.node(1).put("key 0", "alone")).isEqualTo(written(2));
  }

  @Test
  void fiftyIncrementsByEachOfFiveNodesAreAllCounted() {
    Cluster cluster = new Cluster(9);
    cluster.grow(5);
    settle(cluster);
    List<int[]> done = new ArrayList<>();
    for (Cluster.Node node : cluster.live()) {
      int[] count = new int[1];
      done.add(count);
      increment(node, count);
    }
    assertThat(cluster.run(() -> done.stream().allMatch(n -> n[0] == 50), Duration.ofMinutes(5)))
        .isTrue();
    assertThat(cluster.node(0).get("counter")).isEqualTo(value(250, "250"));
  }

  private static void increment(Cluster.Node node, int[] count) {
    node.replication
        .records()
        .read(
            "counter",
            Cluster.PATIENCE,
            read -> {
              Versioned now = read.fold(ok -> ok, failed -> Versioned.NEVER);
              int next = now.value().map(v -> Integer.parseInt(v.toUtf8())).orElse(0) + 1;
              Bytes value = Bytes.utf8(String.valueOf(next));
              node.replication
                  .records()
                  .write(
                      new Write(
                          "counter", Write.Condition.version(now.version()), Optional.of(value)),
                      Cluster.PATIENCE,
                      written -> {
                        count[0] +=
                            written.fold(o -> o instanceof WriteOutcome.Written ? 1 : 0, f -> 0);
                        if (count[0] < 50) {
                          node.later(
                              Duration.ofMillis(node.number * 7L), () -> increment(node, count));
                        }
                      });
            });
  }

  @Test
  void aWriteWhoseAnswerIsLostIsTriedAgainAndTakesEffectOnce() {
    Cluster cluster = new Cluster(18);
    cluster.grow(3);
    settle(cluster);
    fill(cluster, 1);
    Cluster.Node daddy = daddyOf(cluster, "key 0");
    Cluster.Node client = cluster.live().stream().filter(n -> n != daddy).findFirst().get();
    cluster.simulation.network().cut(daddy.peer.id(), client.peer.id());
    Cluster.Answer<WriteOutcome> answer =
        client.write(
            new Write("key 0", Write.Condition.NONE, Optional.of(Bytes.utf8("once"))),
            Cluster.PATIENCE);
    cluster.run(Duration.ofMillis(1_500));
    assertThat(answer.isThere()).isFalse();
    assertThat(daddy.get("key 0")).isEqualTo(value(2, "once"));
    cluster.simulation.network().heal();
    cluster.run(answer::isThere, Duration.ofSeconds(5));
    assertThat(answer.get()).isEqualTo(written(2));
    assertThat(daddy.get("key 0")).isEqualTo(value(2, "once"));
  }

  @Test
  void aTombstoneContinuesTheVersions() {
    Cluster cluster = new Cluster(10);
    cluster.grow(3);
    settle(cluster);
    for (int i = 1; i <= 9; i++) {
      assertThat(cluster.node(0).put("t", "v" + i)).isEqualTo(written(i));
    }
    assertThat(cluster.node(1).delete("t")).isEqualTo(written(10));
    assertThat(cluster.node(2).get("t")).isEqualTo(Result.ok(new Versioned(10, Optional.empty())));
    assertThat(cluster.node(2).put("t", Write.Condition.ABSENT, "new"))
        .isEqualTo(Result.ok(new WriteOutcome.Written(11, true)));
    assertThat(cluster.node(0).put("t", Write.Condition.ABSENT, "newer"))
        .isEqualTo(Result.ok(new WriteOutcome.Conflict(11, true)));
    assertThat(cluster.node(0).put("t", Write.Condition.version(3), "old"))
        .isEqualTo(Result.ok(new WriteOutcome.Conflict(11, true)));
  }

  @Test
  void aMinorityAcknowledgesNothing() {
    Cluster cluster = new Cluster(11);
    cluster.grow(5);
    settle(cluster);
    fill(cluster, 30);
    List<Cluster.Node> minority = List.of(cluster.node(0), cluster.node(1));
    cluster.partition(minority);
    cluster.run(Duration.ofSeconds(1));
    int refused = 0;
    for (int i = 0; i < 30; i++) {
      Result<WriteOutcome> result = cluster.node(0).put("key " + i, "from the minority");
      if (!result.isOk()) {
        refused++;
        assertThat(failure(result)).isIn(Failure.Kind.UNAVAILABLE, Failure.Kind.OUTCOME_UNKNOWN);
      }
    }
    assertThat(refused).isPositive();
    cluster.heal();
    settle(cluster);
  }

  @Test
  void aRingOfTwoWithoutOneIsUnavailableUntilItIsBack() {
    Cluster cluster = new Cluster(12);
    cluster.grow(2);
    settle(cluster);
    fill(cluster, 10);
    cluster.node(1).kill();
    cluster.run(Duration.ofSeconds(3));
    assertThat(failure(cluster.node(0).put("key 1", "x"))).isEqualTo(Failure.Kind.UNAVAILABLE);
    assertThat(failure(cluster.node(0).get("key 1"))).isEqualTo(Failure.Kind.UNAVAILABLE);
    cluster.node(1).restart();
    cluster.run(Duration.ofSeconds(3));
    assertThat(cluster.node(0).put("key 1", "x")).as(cluster::describe).isEqualTo(written(2));
    settle(cluster);
    expectFilled(cluster, 1);
  }

  @Test
  void aFailingDiskSilencesItsReplicasAndTheOthersGoOn() {
    Cluster cluster = new Cluster(13);
    cluster.grow(3);
    settle(cluster);
    fill(cluster, 10);
    cluster.node(0).disk.fail();
    for (int i = 0; i < 10; i++) {
      cluster.node(1).put("key " + i, "again");
    }
    assertThat(cluster.node(0).replication.stats().broken()).isPositive();
    for (int i = 0; i < 10; i++) {
      assertThat(cluster.node(1).put("key " + i, "and again").isOk())
          .as(cluster::describe)
          .isTrue();
    }
  }

  @Test
  void aMemberThatTheLogNoLongerReachesGetsASnapshot() {
    Cluster cluster = new Cluster(14, ReplicationConfig.DEFAULT.withLog(20, 1_000_000));
    cluster.grow(3);
    settle(cluster);
    cluster.node(1).kill();
    cluster.run(Duration.ofSeconds(1));
    fill(cluster, 200);
    long before = snapshots(cluster);
    cluster.node(1).restart();
    settle(cluster);
    assertThat(snapshots(cluster)).isGreaterThan(before);
    expectFilled(cluster, 200);
  }

  private static long snapshots(Cluster cluster) {
    return cluster.live().stream().mapToLong(node -> node.replication.stats().snapshots()).sum();
  }

  @Test
  void comingAndGoingLeavesNoMoreArcsThanTheFirstTime() {
    Cluster cluster =
        new Cluster(15, ReplicationConfig.DEFAULT.withReplaceAfter(Duration.ofSeconds(1)));
    cluster.grow(4);
    settle(cluster);
    int arcs = 0;
    for (int i = 0; i < 3; i++) {
      cluster.node(3).kill();
      cluster.run(Duration.ofSeconds(4));
      settle(cluster);
      cluster.node(3).restart();
      cluster.run(Duration.ofSeconds(4));
      settle(cluster);
      arcs = i == 0 ? cluster.daddies().size() : arcs;
    }
    assertThat(cluster.daddies()).hasSize(arcs);
  }

  @Test
  void keysAndValuesHaveLimits() {
    Cluster cluster = new Cluster(16);
    Cluster.Node node = cluster.add();
    assertThat(failure(node.put("", "x"))).isEqualTo(Failure.Kind.INVALID);
    assertThat(failure(node.put("k".repeat(1_025), "x"))).isEqualTo(Failure.Kind.INVALID);
    assertThat(failure(node.put("k", "x".repeat(950 * 1024)))).isEqualTo(Failure.Kind.TOO_LARGE);
    assertThat(node.put("k".repeat(1_024), "x")).isEqualTo(written(1));
  }

  @Test
  void aDaddyTellsWhoKeepsAnArc() {
    Cluster cluster = new Cluster(17);
    cluster.grow(4);
    settle(cluster);
    Cluster.Answer<ArcStatus> answer = new Cluster.Answer<>();
    cluster.node(0).replication.records().locate("key 1", Cluster.PATIENCE, answer);
    cluster.run(answer::isThere, Duration.ofSeconds(5));
    ArcStatus status = answer.get().fold(ok -> ok, failed -> null);
    Peer daddy = daddyOf(cluster, "key 1").peer;
    assertThat(status.daddy()).contains(daddy.id());
    assertThat(status.members()).hasSize(3);
    assertThat(status.health()).isEqualTo(ArcHealth.OK);
    assertThat(status.lags()).hasSize(2).allMatch(lag -> lag.entries() == 0);
  }

  /** It would make a voter of it, but for the ring. */
  @Test
  void aDaddyAsksNobodyForEverWhoAnswersWhileTheRingTakesItForDead() {
    Cluster cluster = new Cluster(1);
    cluster.grow(2);
    assertThat(cluster.settles(Duration.ofSeconds(60))).isTrue();
    Cluster.Node third = cluster.add();
    boolean isTaught =
        cluster.run(
            () -> cluster.daddies().stream().anyMatch(group -> isFilled(group, third.peer)),
            Duration.ofSeconds(60));
    assertThat(isTaught).isTrue();
    Group daddy =
        cluster.daddies().stream()
            .filter(group -> isFilled(group, third.peer))
            .findFirst()
            .orElseThrow();
    for (Cluster.Node node : cluster.live()) {
      if (!node.equals(third)) {
        node.ring.see(List.of(node.peer), Set.of());
      }
      if (!node.equals(third) && !node.peer.equals(daddy.node.self())) {
        cluster.simulation.kill(node.peer.id());
      }
    }
    long before = cluster.simulation.messages();
    for (int i = 0; i < 100; i++) {
      daddy.leadership().ifPresent(Leadership::govern);
      cluster.run(Duration.ofMillis(50));
    }
    assertThat(cluster.simulation.messages() - before).isLessThan(400);
  }

  private static boolean isFilled(Group group, Peer learner) {
    return group.configuration().learns(learner)
        && group.leadership().flatMap(lead -> lead.progress(learner)).isPresent();
  }
}
