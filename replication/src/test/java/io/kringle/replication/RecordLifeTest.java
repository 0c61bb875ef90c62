package io.kringle.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.kringle.ring.Bytes;
import io.kringle.ring.Failure;
import io.kringle.ring.Id;
import io.kringle.ring.Result;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Records end: by their own time, and tombstones by theirs. */
final class RecordLifeTest {
  private static final Duration AGE = Duration.ofSeconds(20);
  private static final ReplicationConfig CONFIG =
      ReplicationConfig.DEFAULT.withTombstoneAge(AGE).withReplaceAfter(Duration.ofHours(1));

  private final Cluster cluster = new Cluster(1, CONFIG);

  private void grow() {
    cluster.grow(3);
    assertThat(cluster.settles(Duration.ofSeconds(60))).isTrue();
  }

  private Result<WriteOutcome> put(String key, Duration life) {
    Write write =
        new Write(key, Write.Condition.NONE, Optional.of(Bytes.utf8("v")), Optional.of(life));
    Cluster.Answer<WriteOutcome> answer = cluster.node(0).write(write, Cluster.PATIENCE);
    cluster.run(answer::isThere, Duration.ofSeconds(10));
    return answer.get();
  }

  private Versioned get(int node, String key) {
    return cluster.node(node).get(key).fold(found -> found, failure -> Versioned.NEVER);
  }

  private Cluster.Node daddyOf(String key) {
    return cluster.live().stream()
        .filter(
            node ->
                node.replication.groups().stream()
                    .anyMatch(group -> group.isLeader() && group.range().contains(Id.ofKey(key))))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void aRecordIsThereUntilItsTimeIsOverAndNoLonger() {
    grow();
    assertThat(put("k", Duration.ofSeconds(10)))
        .isEqualTo(Result.ok(new WriteOutcome.Written(1, true)));
    cluster.run(Duration.ofMillis(9_500));
    assertThat(get(1, "k").value()).isPresent();
    cluster.run(Duration.ofSeconds(1));
    assertThat(get(1, "k")).isEqualTo(new Versioned(2, Optional.empty()));
    assertThat(cluster.node(2).put("k", Write.Condition.ABSENT, "again"))
        .isEqualTo(Result.ok(new WriteOutcome.Written(3, true)));
    cluster.run(Duration.ofSeconds(30));
    assertThat(get(1, "k").value()).as("without a time to live").isPresent();
  }

  @Test
  void aConditionalWriteMeetsTheRecordAsItIsThen() {
    grow();
    put("k", Duration.ofSeconds(1));
    cluster.run(Duration.ofMillis(1_010));
    assertThat(cluster.node(1).put("k", Write.Condition.version(1), "late"))
        .isEqualTo(Result.ok(new WriteOutcome.Conflict(2, false)));
  }

  @Test
  void whoTakesOverKnowsWhatExpires() {
    grow();
    put("k", Duration.ofSeconds(10));
    Cluster.Node daddy = daddyOf("k");
    cluster.run(Duration.ofSeconds(5));
    daddy.kill();
    cluster.run(Duration.ofSeconds(4));
    Cluster.Node other = cluster.live().get(0);
    assertThat(other.get("k")).isEqualTo(Result.ok(new Versioned(1, Optional.of(Bytes.utf8("v")))));
    cluster.run(Duration.ofSeconds(3));
    assertThat(other.get("k")).isEqualTo(Result.ok(new Versioned(2, Optional.empty())));
  }

  @Test
  void timeGoesOnAfterAllWereDown() {
    grow();
    put("k", Duration.ofSeconds(10));
    cluster.live().forEach(Cluster.Node::kill);
    cluster.restartAll();
    assertThat(cluster.settles(Duration.ofSeconds(60))).isTrue();
    cluster.run(Duration.ofSeconds(11));
    assertThat(get(0, "k")).isEqualTo(new Versioned(2, Optional.empty()));
  }

  /** It has counted while the others were down; what was written since is to live no less long. */
  @Test
  void whoHasCountedAloneDoesNotEndOthersRecords() {
    grow();
    put("k", Duration.ofHours(1));
    Cluster.Node alone = daddyOf("k");
    List<Cluster.Node> others =
        cluster.live().stream().filter(node -> !node.equals(alone)).toList();
    others.forEach(Cluster.Node::kill);
    cluster.run(Duration.ofMinutes(2));
    cluster.partition(List.of(alone));
    cluster.restartAll();
    cluster.run(Duration.ofSeconds(20));
    Cluster.Answer<WriteOutcome> answer =
        others
            .get(0)
            .write(
                new Write(
                    "k",
                    Write.Condition.NONE,
                    Optional.of(Bytes.utf8("w")),
                    Optional.of(Duration.ofMinutes(1))),
                Cluster.PATIENCE);
    cluster.run(answer::isThere, Duration.ofSeconds(10));
    assertThat(answer.get().isOk()).isTrue();
    cluster.heal();
    assertThat(cluster.settles(Duration.ofSeconds(50))).isTrue();
    assertThat(daddyOf("k")).isEqualTo(alone);
    assertThat(alone.get("k")).isEqualTo(Result.ok(new Versioned(2, Optional.of(Bytes.utf8("w")))));
    cluster.run(Duration.ofMinutes(1));
    assertThat(alone.get("k")).isEqualTo(Result.ok(new Versioned(3, Optional.empty())));
  }

  @Test
  void tombstonesGoWhenTheyAreOldEnough() {
    grow();
    cluster.node(0).put("k", "v");
    cluster.node(0).delete("k");
    cluster.run(AGE.dividedBy(2));
    assertThat(get(1, "k")).isEqualTo(new Versioned(2, Optional.empty()));
    cluster.run(AGE.multipliedBy(2));
    assertThat(get(1, "k")).isEqualTo(Versioned.NEVER);
    assertThat(cluster.daddies().stream().mapToLong(group -> group.status().records()).sum())
        .isZero();
    assertThat(cluster.settles(Duration.ofSeconds(30))).isTrue();
    assertThat(cluster.replicasAgree()).isTrue();
  }

  @Test
  void noVersionComesTwiceWhenATombstoneIsGone() {
    grow();
    cluster.node(0).put("k", "v");
    cluster.node(0).delete("k");
    cluster.run(AGE.multipliedBy(2));
    assertThat(cluster.node(0).put("k", Write.Condition.version(0), "new"))
        .isEqualTo(Result.ok(new WriteOutcome.Written(3, true)));
    assertThat(cluster.node(0).put("k", Write.Condition.version(1), "old"))
        .isEqualTo(Result.ok(new WriteOutcome.Conflict(3, true)));
  }

  /** Its first try may have been what the tombstone remembered. */
  @Test
  void aWriteFromBeforeTheTombstoneWentIsTurnedAway() {
    grow();
    cluster.node(0).put("k", "v");
    cluster.node(0).delete("k");
    Group group =
        cluster.daddies().stream()
            .filter(each -> each.range().contains(Id.ofKey("k")))
            .findFirst()
            .orElseThrow();
    cluster.run(AGE.multipliedBy(2));
    assertThat(group.floor().version()).isEqualTo(2);
    StoredState absent = StoredState.absent(group.floor());
    assertThat(absent.mayForget(group.floor().index() - 1)).isTrue();
    assertThat(absent.mayForget(group.applied())).isFalse();
  }

  @Test
  void aMemberThatWasAwayBringsNothingBack() {
    grow();
    cluster.node(0).put("k", "v");
    Cluster.Node away =
        cluster.live().stream().filter(node -> !node.equals(daddyOf("k"))).findFirst().get();
    away.kill();
    Cluster.Node here = cluster.live().get(0);
    assertThat(here.delete("k")).isInstanceOf(Result.Ok.class);
    cluster.run(AGE.multipliedBy(2));
    away.restart();
    assertThat(cluster.settles(Duration.ofSeconds(60))).isTrue();
    assertThat(cluster.replicasAgree()).isTrue();
    assertThat(away.get("k")).isEqualTo(Result.ok(Versioned.NEVER));
  }

  @Test
  void aLifeOfNoLengthIsRefused() {
    grow();
    assertThat(put("k", Duration.ZERO).fold(ok -> Failure.Kind.REFUSED, Failure::kind))
        .isEqualTo(Failure.Kind.INVALID);
  }
}
