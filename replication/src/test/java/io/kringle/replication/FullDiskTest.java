package io.kringle.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.kringle.ring.Bytes;
import io.kringle.ring.Failure;
import io.kringle.ring.Id;
import io.kringle.ring.Result;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** With full disks values are refused; reading, deleting and electing go on. */
final class FullDiskTest {
  private static final Duration TICKS = Duration.ofSeconds(3);
  private final Cluster cluster = new Cluster(2);

  @BeforeEach
  void grow() {
    cluster.grow(3);
    assertThat(cluster.settles(Duration.ofSeconds(60))).isTrue();
    assertThat(cluster.node(0).put("k", "before")).isInstanceOf(Result.Ok.class);
  }

  private void room(Room room, Cluster.Node... nodes) {
    for (Cluster.Node node : nodes) {
      node.disk.room(room);
    }
    cluster.run(TICKS);
  }

  private Cluster.Node daddy() {
    Group group =
        cluster.daddies().stream()
            .filter(each -> each.range().contains(Id.ofKey("k")))
            .findFirst()
            .orElseThrow();
    return cluster.live().stream()
        .filter(node -> node.peer.equals(group.node.self()))
        .findFirst()
        .orElseThrow();
  }

  private void assertRefused(Result<WriteOutcome> result) {
    assertThat(result.fold(Object::toString, Failure::message)).contains("disks", "full");
    assertThat(result.fold(ok -> Failure.Kind.INVALID, Failure::kind))
        .isEqualTo(Failure.Kind.UNAVAILABLE);
  }

  @Test
  void withEveryDiskFullValuesAreRefusedAndAllElseGoesOn() {
    room(Room.LITTLE, cluster.node(0), cluster.node(1), cluster.node(2));
    assertRefused(cluster.node(1).put("k", "more"));
    assertThat(cluster.node(1).get("k").isOk()).isTrue();
    Cluster.Node daddy = daddy();
    daddy.kill();
    Cluster.Node other = cluster.live().get(0);
    assertThat(other.get("k").fold(Versioned::version, failure -> -1L)).isEqualTo(1);
    assertThat(other.delete("k")).isEqualTo(Result.ok(new WriteOutcome.Written(2, false)));
    assertRefused(other.put("k", "more"));
    daddy.restart();
    room(Room.PLENTY, cluster.node(0), cluster.node(1), cluster.node(2));
    assertThat(cluster.node(1).put("k", "after"))
        .isEqualTo(Result.ok(new WriteOutcome.Written(3, true)));
    assertThat(cluster.settles(Duration.ofSeconds(60))).isTrue();
    assertThat(cluster.replicasAgree()).isTrue();
  }

  /** Seed 2715 of the topics gave two messages one number. */
  @Test
  void nothingIsAppliedOverWhatADiskHasNotTaken() {
    Cluster.Node daddy = daddy();
    Cluster.Answer<WriteOutcome> first = daddy.write(value("first"), Cluster.PATIENCE);
    cluster.run(Duration.ofMillis(2));
    Cluster.Answer<WriteOutcome> second = daddy.write(value("second"), Cluster.PATIENCE);
    cluster.run(Duration.ofMillis(2));
    daddy.disk.fail();
    // The others answer to both meanwhile, so that both are committed in one moment.
    cluster.simulation.pause(daddy.peer.id(), Duration.ofMillis(500));
    cluster.run(Cluster.PATIENCE);
    assertThat(first.get()).isEqualTo(Result.ok(new WriteOutcome.Written(2, false)));
    assertThat(second.get()).isEqualTo(Result.ok(new WriteOutcome.Written(3, false)));
    assertThat(daddy()).isNotEqualTo(daddy);
  }

  private static Write value(String value) {
    return new Write("k", Write.Condition.NONE, Optional.of(Bytes.utf8(value)));
  }

  @Test
  void aDaddyWithAFullDiskGivesWayToOneWithRoom() {
    Cluster.Node before = daddy();
    room(Room.NONE, before);
    assertThat(daddy()).isNotEqualTo(before);
    assertThat(cluster.node(1).put("k", "more")).isInstanceOf(Result.Ok.class);
    room(Room.PLENTY, before);
    assertThat(cluster.settles(Duration.ofSeconds(60))).as(cluster::describe).isTrue();
    assertThat(daddy()).isEqualTo(before);
  }

  @Test
  void aFollowerWithAFullDiskFallsBehindAndCatchesUp() {
    Cluster.Node daddy = daddy();
    Cluster.Node follower =
        cluster.live().stream().filter(node -> !node.equals(daddy)).findFirst().orElseThrow();
    room(Room.NONE, follower);
    for (int i = 0; i < 100; i++) {
      assertThat(daddy.put("k", "value " + i)).isInstanceOf(Result.Ok.class);
    }
    long before = cluster.simulation.messages();
    cluster.run(Duration.ofSeconds(20));
    assertThat(cluster.simulation.messages() - before).as("asked seldom").isLessThan(400);
    assertThat(cluster.replicasAgree()).isFalse();
    room(Room.PLENTY, follower);
    assertThat(cluster.settles(Duration.ofSeconds(60))).isTrue();
    assertThat(cluster.replicasAgree()).isTrue();
  }

  /** Its new daddy does not know yet how far it is, and the log begins after its first entry. */
  @Test
  void aFollowerWithAFullDiskThatFallsSilentIsAskedAgain() {
    Cluster shortLog = new Cluster(2, ReplicationConfig.DEFAULT.withLog(16, 1_000_000));
    shortLog.grow(3);
    assertThat(shortLog.settles(Duration.ofSeconds(60))).isTrue();
    Cluster.Node full = shortLog.node(2);
    for (int i = 0; i < 40; i++) {
      assertThat(full.put("k" + i, "value")).isInstanceOf(Result.Ok.class);
    }
    full.disk.room(Room.NONE);
    shortLog.run(TICKS);
    for (int i = 0; i < 6; i++) {
      assertThat(shortLog.node(0).put("k" + i, "more")).isInstanceOf(Result.Ok.class);
    }
    shortLog.node(0).kill();
    boolean isNoticed =
        shortLog.run(() -> isOfUnknownProgress(shortLog, full), Duration.ofSeconds(30));
    assertThat(isNoticed).isTrue();
    shortLog.partition(List.of(full));
    shortLog.run(TICKS);
    shortLog.heal();
    full.disk.room(Room.PLENTY);
    shortLog.restartAll();
    assertThat(shortLog.settles(Duration.ofSeconds(60))).isTrue();
    assertThat(shortLog.replicasAgree()).isTrue();
  }

  private static boolean isOfUnknownProgress(Cluster among, Cluster.Node follower) {
    return among.daddies().stream()
        .filter(group -> group.node.self().equals(among.node(1).peer) && group.log.base() > 0)
        .flatMap(group -> group.leadership().orElseThrow().progress(follower.peer).stream())
        .anyMatch(progress -> !progress.hasRoom && progress.match == 0);
  }
}
