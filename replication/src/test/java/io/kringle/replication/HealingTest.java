package io.kringle.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.kringle.ring.Bytes;
import io.kringle.ring.Id;
import io.kringle.ring.Result;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Records that are not what was written are noticed, never told, and mended. */
final class HealingTest {
  private static final Duration AUDITS = Duration.ofSeconds(30);
  private final Cluster cluster = new Cluster(1, ReplicationConfig.DEFAULT.withAuditEvery(AUDITS));

  private void grow(int nodes) {
    cluster.grow(nodes);
    assertThat(cluster.settles(Duration.ofSeconds(60))).isTrue();
    for (int i = 0; i < 50; i++) {
      assertThat(cluster.node(0).put("key " + i, "value " + i)).isInstanceOf(Result.Ok.class);
    }
    assertThat(cluster.settles(Duration.ofSeconds(10))).isTrue();
  }

  private Group daddyOf(String key) {
    return cluster.daddies().stream()
        .filter(group -> group.range().contains(Id.ofKey(key)))
        .findFirst()
        .orElseThrow();
  }

  private Cluster.Node nodeOf(Group group) {
    return cluster.live().stream()
        .filter(node -> node.peer.equals(group.node.self()))
        .findFirst()
        .orElseThrow();
  }

  private Cluster.Node followerOf(String key) {
    Cluster.Node daddy = nodeOf(daddyOf(key));
    return cluster.live().stream().filter(node -> !node.equals(daddy)).findFirst().orElseThrow();
  }

  private void assertMended() {
    assertThat(cluster.settles(Duration.ofSeconds(60))).as(cluster::describe).isTrue();
    assertThat(cluster.replicasAgree()).isTrue();
    for (int i = 0; i < 50; i++) {
      assertThat(cluster.node(0).get("key " + i))
          .isEqualTo(Result.ok(new Versioned(1, Optional.of(Bytes.utf8("value " + i)))));
    }
  }

  @Test
  void rotAtAFollowerIsFoundByAnAudit() {
    grow(3);
    followerOf("key 7").disk.rot("key 7");
    assertThat(cluster.replicasAgree()).isFalse();
    cluster.run(AUDITS.multipliedBy(2));
    assertMended();
  }

  @Test
  void aRecordThatAFollowerHasLostIsFoundByAnAudit() {
    grow(3);
    followerOf("key 7").disk.forget("key 7");
    cluster.run(AUDITS.multipliedBy(2));
    assertMended();
  }

  @Test
  void aDaddyThatIsWrongIsOutvoted() {
    grow(3);
    nodeOf(daddyOf("key 7")).disk.forget("key 7");
    cluster.run(AUDITS.multipliedBy(2));
    assertMended();
  }

  @Test
  void aReaderNeverSeesRot() {
    grow(3);
    Group daddy = daddyOf("key 7");
    nodeOf(daddy).disk.rot("key 7");
    assertThat(cluster.node(1).get("key 7"))
        .isEqualTo(Result.ok(new Versioned(1, Optional.of(Bytes.utf8("value 7")))));
    assertMended();
    assertThat(daddy.node.damaged).isEqualTo(1);
  }

  @Test
  void aWriteOverRotMeetsTheRecordThatWasThere() {
    grow(3);
    nodeOf(daddyOf("key 7")).disk.rot("key 7");
    assertThat(cluster.node(1).put("key 7", Write.Condition.version(1), "value 7"))
        .isEqualTo(Result.ok(new WriteOutcome.Written(2, false)));
    assertThat(cluster.settles(Duration.ofSeconds(60))).isTrue();
    assertThat(cluster.replicasAgree()).isTrue();
  }

  @Test
  void aFollowerMeetsRotWhenItAppliesAWrite() {
    grow(3);
    followerOf("key 7").disk.rot("key 7");
    assertThat(cluster.node(1).put("key 7", "new")).isInstanceOf(Result.Ok.class);
    for (int i = 0; i < 20; i++) {
      cluster.node(1).put("key " + i, "newer");
    }
    assertThat(cluster.settles(Duration.ofSeconds(60))).as(cluster::describe).isTrue();
    assertThat(cluster.replicasAgree()).isTrue();
  }

  /** The others have passed the split when it is found, so that nobody has the arc as it was. */
  @Test
  void rotInWhatASplitHasTakenAwayIsMendedAfterTheSplit() {
    grow(3);
    Cluster.Node away = followerOf("key 7");
    List<Id> splits = splitsOf(cluster.daddies());
    cluster.partition(List.of(away));
    cluster.run(Duration.ofSeconds(6));
    Cluster.Node here =
        cluster.live().stream().filter(node -> !node.equals(away)).findFirst().orElseThrow();
    for (int i = 0; i < 50; i++) {
      assertThat(here.put("key " + i, "value " + i)).isInstanceOf(Result.Ok.class);
    }
    cluster.add();
    cluster.partition(List.of(away));
    cluster.run(Duration.ofSeconds(20));
    List<Id> now = splitsOf(cluster.daddies());
    now.removeAll(splits);
    assertThat(now).isNotEmpty();
    for (int i = 0; i < 50; i++) {
      away.disk.rot("key " + i);
    }
    cluster.heal();
    assertThat(cluster.settles(Duration.ofSeconds(90))).as(cluster::describe).isTrue();
    assertThat(cluster.replicasAgree()).isTrue();
    for (int i = 0; i < 50; i++) {
      assertThat(away.get("key " + i))
          .isEqualTo(Result.ok(new Versioned(2, Optional.of(Bytes.utf8("value " + i)))));
    }
  }

  /** Nobody but those who have passed the split can say what differs beyond it. */
  @Test
  void aDamagedPartThatASplitCutsInTwoIsMendedOnBothSides() {
    grow(3);
    Group replica = replicaAt(followerOf("key 7"), "key 7");
    Cluster.Node away = nodeOf(replica);
    cluster.partition(List.of(away));
    cluster.run(Duration.ofSeconds(6));
    cluster.add();
    cluster.partition(List.of(away));
    cluster.run(Duration.ofSeconds(20));
    for (int i = 0; i < 50; i++) {
      away.disk.rot("key " + i);
    }
    Group before = replicaAt(away, "key 7");
    assertThat(before.range()).isNotEqualTo(daddyOf("key 7").range());
    before.damaged(before.range());
    cluster.heal();
    assertThat(cluster.settles(Duration.ofSeconds(90))).as(cluster::describe).isTrue();
    cluster.run(AUDITS.multipliedBy(2));
    assertMended();
  }

  private static Group replicaAt(Cluster.Node node, String key) {
    return node.replication.groups().stream()
        .filter(group -> group.range().contains(Id.ofKey(key)))
        .findFirst()
        .orElseThrow();
  }

  private static List<Id> splitsOf(List<Group> daddies) {
    return new ArrayList<>(daddies.stream().map(group -> group.range().from()).toList());
  }

  @Test
  void twoOfThreeMendEachOther() {
    grow(3);
    nodeOf(daddyOf("key 7")).disk.rot("key 7");
    String other = keyBeside("key 7");
    followerOf("key 7").disk.rot(other);
    cluster.run(AUDITS.multipliedBy(3));
    assertMended();
  }

  private String keyBeside(String key) {
    Group daddy = daddyOf(key);
    for (int i = 0; i < 50; i++) {
      String other = "key " + i;
      if (!other.equals(key) && daddy.range().contains(Id.ofKey(other))) {
        return other;
      }
    }
    throw new IllegalStateException("no other key in " + daddy);
  }

  @Test
  void rotThatNobodyCanMendIsNeverTold() {
    grow(1);
    cluster.node(0).disk.rot("key 7");
    assertThat(cluster.node(0).get("key 7").isOk()).isFalse();
  }

  @Test
  void whereNothingDiffersAnAuditIsAFewMessages() {
    grow(3);
    cluster.run(Duration.ofSeconds(5));
    long before = cluster.simulation.messages();
    cluster.run(AUDITS.multipliedBy(10));
    long audits = 10L * cluster.daddies().size();
    double each = (cluster.simulation.messages() - before) / (double) audits;
    assertThat(each).as("append, its answer, a digest and the commit for two").isBetween(4.0, 16.0);
    assertThat(cluster.live()).allMatch(node -> node.replication.stats().damaged() == 0);
  }
}
