package io.kringle.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.kringle.ring.Bytes;
import io.kringle.ring.Peer;
import io.kringle.ring.Result;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A member that the log does not reach gets every record once, whatever comes between. */
final class TransferTest {
  private static final int RECORDS = 300;
  private static final int BYTES = 1_000;
  private static final int RATE = 100_000;

  /** Sent in vain at the most, for each arc and each misfortune: a piece whose answer was lost. */
  private static final int PIECE = 4;

  private static final ReplicationConfig CONFIG =
      ReplicationConfig.DEFAULT
          .withReplaceAfter(Duration.ofSeconds(30))
          .withTransfer(new ReplicationConfig.Transfer(RATE, PIECE * BYTES, 2))
          .withLog(40, 1_000_000);

  private Cluster cluster;

  private void grow(int nodes, ReplicationConfig config) {
    cluster = new Cluster(7, config);
    cluster.grow(nodes);
    settle();
    for (int i = 0; i < RECORDS; i++) {
      assertThat(cluster.node(0).put("key " + i, "v".repeat(BYTES))).isInstanceOf(Result.Ok.class);
    }
    settle();
  }

  private void settle() {
    assertThat(cluster.settles(Duration.ofMinutes(3))).as(cluster::describe).isTrue();
    assertThat(cluster.replicasAgree()).as(cluster::describe).isTrue();
  }

  private static long sent(Cluster.Node node) {
    return node.replication.stats().sent();
  }

  private long sent() {
    return cluster.live().stream().mapToLong(TransferTest::sent).sum();
  }

  /** Of the replicas that are being filled, the one that has most. */
  private static Group largest(Cluster.Node node) {
    return node.replication.groups().stream()
        .filter(Group::isInstalling)
        .max((one, other) -> Long.compare(held(one), held(other)))
        .orElseThrow();
  }

  private static long held(Group group) {
    return group.node.storage.scan(group.range(), Optional.empty(), Integer.MAX_VALUE).size();
  }

  /** A member of all arcs comes back when the log does not reach back to it any more. */
  private Cluster.Node returnAfterTheLogWasCut(int number) {
    Cluster.Node node = cluster.node(number);
    node.kill();
    cluster.run(Duration.ofSeconds(1));
    for (int i = 0; i < RECORDS; i++) {
      assertThat(cluster.live().get(0).put("key " + i, "w".repeat(BYTES)))
          .isInstanceOf(Result.Ok.class);
    }
    cluster.run(Duration.ofSeconds(1));
    assertThat(sent()).isZero();
    node.restart();
    return node;
  }

  private Cluster.Node daddyOf(Group group) {
    Peer daddy =
        cluster.daddies().stream()
            .filter(each -> each.arc == group.arc)
            .map(each -> each.node.self())
            .findFirst()
            .orElseThrow();
    return cluster.live().stream()
        .filter(node -> node.peer.equals(daddy))
        .findFirst()
        .orElseThrow();
  }

  private void runUntilSent(int records) {
    assertThat(cluster.run(() -> sent() >= records, Duration.ofMinutes(1))).isTrue();
  }

  private void expectAll(String value) {
    Versioned expected = new Versioned(2, Optional.of(Bytes.utf8(value.repeat(BYTES))));
    for (int i = 0; i < RECORDS; i++) {
      assertThat(cluster.live().get(0).get("key " + i)).isEqualTo(Result.ok(expected));
    }
  }

  /** How many records it takes where nothing comes between. */
  private long undisturbed(ReplicationConfig config) {
    grow(3, config);
    returnAfterTheLogWasCut(1);
    settle();
    assertThat(sent()).isGreaterThan(RECORDS * 3 / 4);
    return sent();
  }

  private static boolean isInstalling(Cluster.Node node) {
    return node.replication.groups().stream().anyMatch(Group::isInstalling);
  }

  @Test
  void aTransferTakesTheTimeThatItsRateAllows() {
    grow(3, slowly(10_000));
    returnAfterTheLogWasCut(1);
    long begin = cluster.simulation.now();
    settle();
    Duration took = Duration.ofNanos(cluster.simulation.now() - begin);
    assertThat(took).as("two daddies, 300 kB").isGreaterThan(Duration.ofSeconds(14));
    expectAll("w");
  }

  private static ReplicationConfig slowly(int rate) {
    return CONFIG.withTransfer(CONFIG.transfer().withRate(rate));
  }

  @Test
  void anotherDaddyGoesOnWhereTheFirstWasKilled() {
    long undisturbed = undisturbed(CONFIG);
    grow(3, CONFIG);
    Cluster.Node receiver = returnAfterTheLogWasCut(1);
    runUntilSent(RECORDS / 2);
    Group filling = largest(receiver);
    assertThat(held(filling)).isGreaterThan(RECORDS / 6);
    Cluster.Node daddy = daddyOf(filling);
    long sentByTheDead = sent(daddy);
    daddy.kill();
    assertThat(cluster.run(() -> !isInstalling(receiver), Duration.ofMinutes(1))).isTrue();
    assertThat(sentByTheDead + sent())
        .as("records sent")
        .isBetween(undisturbed, undisturbed + 3L * PIECE);
    daddy.restart();
    settle();
    expectAll("w");
  }

  @Test
  void aReceiverGoesOnAfterItsRestart() {
    long undisturbed = undisturbed(CONFIG);
    grow(3, CONFIG);
    Cluster.Node receiver = returnAfterTheLogWasCut(1);
    for (int sent : List.of(RECORDS / 4, RECORDS / 2, 3 * RECORDS / 4)) {
      runUntilSent(sent);
      assertThat(isInstalling(receiver)).isTrue();
      receiver.kill();
      cluster.run(Duration.ofSeconds(2));
      receiver.restart();
    }
    settle();
    assertThat(sent()).as("records sent").isBetween(undisturbed, undisturbed + 3L * 4 * PIECE);
    expectAll("w");
  }

  @Test
  void aNewcomerGoesOnAfterItsRestart() {
    grow(3, CONFIG);
    cluster.add();
    cluster.run(Duration.ofSeconds(1));
    settle();
    long undisturbed = sent();
    assertThat(undisturbed).isGreaterThan(RECORDS / 2);

    grow(3, CONFIG);
    Cluster.Node newcomer = cluster.add();
    Duration limit = Duration.ofMinutes(1);
    assertThat(cluster.run(() -> largestHeld(newcomer) > RECORDS / 6, limit)).isTrue();
    assertThat(isInstalling(newcomer)).isTrue();
    newcomer.kill();
    cluster.run(Duration.ofSeconds(3));
    newcomer.restart();
    settle();
    assertThat(sent()).as("records sent").isBetween(undisturbed, undisturbed + 4L * PIECE);
  }

  private static long largestHeld(Cluster.Node node) {
    return node.replication.groups().stream()
        .filter(Group::isInstalling)
        .mapToLong(TransferTest::held)
        .max()
        .orElse(0);
  }

  @Test
  void theLogThatAnotherDaddyNeedsIsKeptWhileWritesGoOn() {
    grow(4, slowly(5_000));
    Cluster.Node receiver = returnAfterTheLogWasCut(1);
    runUntilSent(20);
    Group filling = largest(receiver);
    long begun = filling.log.base();
    for (int i = 0; i < RECORDS; i++) {
      assertThat(cluster.node(0).put("small " + i, "s")).isInstanceOf(Result.Ok.class);
    }
    assertThat(filling.isInstalling()).isTrue();
    Cluster.Node daddy = daddyOf(filling);
    Group next = follower(filling, daddy);
    assertThat(next.applied() - begun).as("more than a log keeps").isGreaterThan(40);
    assertThat(next.log.base()).isLessThanOrEqualTo(begun);

    daddy.kill();
    Duration limit = Duration.ofMinutes(2);
    assertThat(cluster.run(() -> !filling.isInstalling(), limit)).as(cluster::describe).isTrue();
    assertThat(filling.log.base()).as("not begun anew").isEqualTo(begun);
    daddy.restart();
    settle();
    for (int i = 0; i < RECORDS; i++) {
      assertThat(cluster.node(0).put("small " + i, "t")).isInstanceOf(Result.Ok.class);
    }
    assertThat(next.log.base()).as("and is cut in the end").isGreaterThan(begun);
  }

  private Group follower(Group filling, Cluster.Node daddy) {
    return cluster.live().stream()
        .filter(node -> !node.equals(daddy))
        .flatMap(node -> node.replication.groups().stream())
        .filter(group -> group.arc == filling.arc && !group.isInstalling())
        .findFirst()
        .orElseThrow();
  }

  @Test
  void aTransferThatWouldKeepTooMuchLogIsBegunAnewAndEndsYet() {
    ReplicationConfig config = slowly(10_000).withLog(40, 2_000);
    grow(3, config);
    Cluster.Node receiver = returnAfterTheLogWasCut(1);
    runUntilSent(RECORDS / 4);
    Group filling = largest(receiver);
    long begun = filling.log.base();
    for (int i = 0; i < RECORDS; i++) {
      assertThat(cluster.node(0).put("key " + i, "x".repeat(BYTES))).isInstanceOf(Result.Ok.class);
    }
    settle();
    assertThat(filling.log.base()).isGreaterThan(begun);
    assertThat(sent()).isGreaterThan(RECORDS + RECORDS / 8);
  }
}
