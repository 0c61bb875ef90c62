package io.kringle.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.kringle.ring.Bytes;
import io.kringle.ring.Id;
import io.kringle.ring.Result;
import java.time.Duration;
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
