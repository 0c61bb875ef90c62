package io.kringle.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.kringle.ring.Bytes;
import io.kringle.ring.Endpoint;
import io.kringle.ring.Failure;
import io.kringle.ring.Id;
import io.kringle.ring.Peer;
import io.kringle.ring.Result;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The way out when a majority of an arc's members is gone for good. */
class RecoveryTest {
  private static final Duration SETTLING = Duration.ofSeconds(60);
  private static final int RECORDS = 20;

  private final Cluster cluster = new Cluster(1);

  private void grow(int count) {
    cluster.grow(count);
    settle();
    for (int i = 0; i < RECORDS; i++) {
      assertThat(cluster.node(0).put("key " + i, "value " + i).isOk()).isTrue();
    }
    settle();
  }

  private void settle() {
    assertThat(cluster.settles(SETTLING)).as(cluster::describe).isTrue();
    assertThat(cluster.replicasAgree()).as(cluster::describe).isTrue();
  }

  private void expectFilled(Cluster.Node node) {
    for (int i = 0; i < RECORDS; i++) {
      assertThat(node.get("key " + i))
          .as(cluster::describe)
          .isEqualTo(Result.ok(new Versioned(1, Optional.of(Bytes.utf8("value " + i)))));
    }
  }

  private static Recovery found(Result<Recovery> result) {
    return result.fold(
        recovery -> recovery,
        failure -> {
          throw new AssertionError(failure.toString());
        });
  }

  /** Recovers every arc that a node keeps. */
  private void recoverAll(Cluster.Node node) {
    for (Group group : node.replication.groups()) {
      Recovery recovery = found(node.recover(group.arc, Recovery.Consent.LOSE_WRITES));
      assertThat(recovery.obstacles()).isEmpty();
      assertThat(recovery.recovered()).isTrue();
    }
  }

  private void killForGood(Cluster.Node... nodes) {
    for (Cluster.Node node : nodes) {
      node.kill();
    }
    cluster.run(Duration.ofSeconds(3));
  }

  @Test
  void theLastOfThreeGoesOnAndTheGroupGrowsAgain() {
    grow(3);
    killForGood(cluster.node(1), cluster.node(2));
    Cluster.Node last = cluster.node(0);
    assertThat(last.get("key 1").isOk()).isFalse();

    recoverAll(last);

    assertThat(last.replication.stats().recovered()).isPositive();
    expectFilled(last);
    assertThat(last.put("key 1", "after")).isEqualTo(Result.ok(new WriteOutcome.Written(2, false)));
    cluster.add();
    cluster.add();
    settle();
    assertThat(cluster.node(3).get("key 1"))
        .isEqualTo(Result.ok(new Versioned(2, Optional.of(Bytes.utf8("after")))));
    assertThat(cluster.daddies()).allMatch(daddy -> daddy.configuration().voters().size() == 3);
  }

  @Test
  void strangersThatCameBackWithEmptyDisksAreTakenIn() {
    grow(3);
    killForGood(cluster.node(1), cluster.node(2));
    cluster.node(1).restartAsStranger();
    cluster.node(2).restartAsStranger();
    cluster.run(Duration.ofSeconds(2));
    assertThat(cluster.node(0).get("key 1").isOk()).isFalse();

    recoverAll(cluster.node(0));

    settle();
    expectFilled(cluster.node(1));
  }

  @Test
  void nothingIsDoneWithoutConsent() {
    grow(3);
    killForGood(cluster.node(1), cluster.node(2));
    Cluster.Node last = cluster.node(0);
    Group group = last.replication.groups().get(0);

    Recovery look = found(last.recover(group.arc, Recovery.Consent.LOOK));

    assertThat(look.recovered()).isFalse();
    assertThat(look.obstacles()).isEmpty();
    assertThat(look.arc().health().state()).isEqualTo(ArcHealth.State.UNAVAILABLE);
    assertThat(look.members()).hasSize(3);
    assertThat(look.members().stream().filter(each -> each.state().equals("does not answer")))
        .hasSize(2);
    assertThat(last.replication.groups()).contains(group);
    assertThat(last.get("key 1").isOk()).isFalse();
  }

  @Test
  void itIsRefusedWhileAMajorityIsThere() {
    grow(3);
    killForGood(cluster.node(2));
    Cluster.Node node = cluster.node(0);
    for (Group group : node.replication.groups()) {
      Recovery refused = found(node.recover(group.arc, Recovery.Consent.LOSE_RECORDS));
      assertThat(refused.recovered()).isFalse();
      assertThat(refused.obstacles()).anyMatch(each -> each.contains("a majority"));
    }
    expectFilled(node);
  }

  @Test
  void itIsRefusedWhereAnotherSurvivorKnowsMore() {
    Cluster five = new Cluster(2, ReplicationConfig.DEFAULT.withReplicas(5));
    five.grow(5);
    assertThat(five.settles(SETTLING)).as(five::describe).isTrue();
    Cluster.Node behind = five.node(4);
    behind.kill();
    five.run(Duration.ofSeconds(1));
    assertThat(five.node(0).put("key", "late").isOk()).as(five::describe).isTrue();
    for (int i = 0; i <= 3; i++) {
      five.node(i).kill();
    }
    behind.restart();
    five.node(0).restart();
    five.run(Duration.ofSeconds(3));
    long arc = arcOf(five.node(0), "key");

    Recovery refused = found(behind.recover(arc, Recovery.Consent.LOSE_RECORDS));

    assertThat(refused.recovered()).isFalse();
    assertThat(refused.obstacles())
        .anyMatch(each -> each.contains(five.node(0).peer.toString()) && each.contains("farther"));
    assertThat(found(five.node(0).recover(arc, Recovery.Consent.LOSE_WRITES)).recovered()).isTrue();
    assertThat(five.node(0).get("key"))
        .isEqualTo(Result.ok(new Versioned(1, Optional.of(Bytes.utf8("late")))));
    assertThat(behind.get("key"))
        .isEqualTo(Result.ok(new Versioned(1, Optional.of(Bytes.utf8("late")))));
  }

  private static long arcOf(Cluster.Node node, String key) {
    return node.replication.groups().stream()
        .filter(group -> group.range().contains(Id.ofKey(key)))
        .findFirst()
        .orElseThrow()
        .arc;
  }

  @Test
  void oneThatTheGroupHasLeftBehindIsRefused() {
    grow(4);
    Cluster.Node behind = cluster.node(1);
    long arc = behind.replication.groups().get(0).arc;
    behind.kill();
    cluster.run(Duration.ofSeconds(15));
    settle();
    behind.restart();

    Result<Recovery> refused = behind.recover(arc, Recovery.Consent.LOSE_RECORDS);

    assertThat(refused.<Boolean>fold(Recovery::recovered, removedMeanwhile -> false)).isFalse();
    cluster.run(Duration.ofSeconds(12));
    settle();
    assertThat(cluster.daddies()).allMatch(daddy -> Claim.lineage(daddy.generation()) == 0);
    expectFilled(behind);
  }

  @Test
  void aNewerConfigurationAnywhereIsInTheWay() {
    grow(1);
    Group group = cluster.node(0).replication.groups().get(0);
    Peer other = new Peer(Id.ofKey("other"), new Endpoint("10.0.0.9", 9), 9);
    ReplicationMessage.Holding newer =
        new ReplicationMessage.Holding(99, group.generation() + 1, 1, 1, 1, true, false);

    Recovery found = new Survey(group, List.of(new Survey.Answer(other, List.of(newer)))).found();

    assertThat(found.obstacles())
        .anyMatch(each -> each.contains("newer configuration") && each.contains(other.toString()));
  }

  @Test
  void aHalfFilledReplicaNeedsAConsentOfItsOwn() {
    Cluster small = new Cluster(3, ReplicationConfig.DEFAULT.withLog(20, 100_000));
    small.grow(3);
    assertThat(small.settles(SETTLING)).isTrue();
    Cluster.Node last = small.node(2);
    last.kill();
    small.run(Duration.ofSeconds(1));
    for (int i = 0; i < 150; i++) {
      assertThat(small.node(0).put("key " + i, "v".repeat(20_000)).isOk()).isTrue();
    }
    last.restart();
    Optional<Group> filling = Optional.empty();
    for (int i = 0; i < 5_000 && filling.isEmpty(); i++) {
      small.run(Duration.ofMillis(1));
      filling = last.replication.groups().stream().filter(Group::isInstalling).findFirst();
    }
    long arc = filling.orElseThrow().arc;
    small.node(0).kill();
    small.node(1).kill();
    small.run(Duration.ofSeconds(2));

    Recovery refused = found(last.recover(arc, Recovery.Consent.LOSE_WRITES));
    assertThat(refused.filled()).isFalse();
    assertThat(refused.recovered()).isFalse();
    assertThat(found(last.recover(arc, Recovery.Consent.LOSE_RECORDS)).recovered()).isTrue();

    String key =
        IntStream.range(0, 150)
            .mapToObj(i -> "key " + i)
            .filter(each -> arcOf(last, each) == arc)
            .findFirst()
            .orElseThrow();
    assertThat(last.put(key, "after").isOk()).as(small::describe).isTrue();
    assertThat(last.get(key).isOk()).isTrue();
  }

  @Test
  void theOldMajorityYieldsWhenItComesBack() {
    grow(3);
    killForGood(cluster.node(1), cluster.node(2));
    recoverAll(cluster.node(0));
    assertThat(cluster.node(0).put("key 1", "after").isOk()).isTrue();

    cluster.node(1).restart();
    cluster.node(2).restart();
    cluster.run(Duration.ofSeconds(15));

    settle();
    for (Cluster.Node node : cluster.live()) {
      assertThat(node.get("key 1"))
          .isEqualTo(Result.ok(new Versioned(2, Optional.of(Bytes.utf8("after")))));
    }
    assertThat(cluster.daddies()).allMatch(daddy -> Claim.lineage(daddy.generation()) > 0);
  }

  @Test
  void theOldMajorityYieldsAlsoIfItHadGoneOnBehindAPartition() {
    grow(3);
    List<Cluster.Node> alone = List.of(cluster.node(0));
    cluster.partition(alone);
    cluster.run(Duration.ofSeconds(6));
    assertThat(cluster.node(1).put("key 2", "of the old ones").isOk()).isTrue();
    recoverAll(cluster.node(0));
    assertThat(cluster.node(0).put("key 1", "after").isOk()).isTrue();

    cluster.heal();
    cluster.run(Duration.ofSeconds(20));

    settle();
    for (Cluster.Node node : cluster.live()) {
      assertThat(node.get("key 1"))
          .isEqualTo(Result.ok(new Versioned(2, Optional.of(Bytes.utf8("after")))));
      assertThat(node.get("key 2"))
          .isEqualTo(Result.ok(new Versioned(1, Optional.of(Bytes.utf8("value 2")))));
    }
  }

  @Test
  void twoWhoRecoveredWithoutKnowingOfEachOtherBecomeOneAgain() {
    grow(3);
    List<Cluster.Node> alone = List.of(cluster.node(0));
    cluster.partition(alone);
    cluster.node(2).kill();
    cluster.run(Duration.ofSeconds(6));
    recoverAll(cluster.node(0));
    recoverAll(cluster.node(1));

    cluster.heal();
    cluster.node(2).restart();
    cluster.run(Duration.ofSeconds(20));

    settle();
    expectFilled(cluster.node(2));
  }

  @Test
  void aRecoveredArcStaysSoAfterARestart() {
    grow(3);
    killForGood(cluster.node(1), cluster.node(2));
    recoverAll(cluster.node(0));
    cluster.node(0).kill();
    cluster.node(0).restart();
    cluster.run(Duration.ofSeconds(2));
    expectFilled(cluster.node(0));
  }

  @Test
  void whoKeepsNoReplicaCannotRecover() {
    grow(1);
    assertThat(
            cluster
                .node(0)
                .recover(77, Recovery.Consent.LOSE_RECORDS)
                .<Failure.Kind>fold(ok -> null, Failure::kind))
        .isEqualTo(Failure.Kind.INVALID);
  }
}
