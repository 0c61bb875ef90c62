package io.kringle.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.kringle.ring.Id;
import io.kringle.ring.Peer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Nobody is counted upon for what it has said before it was wished for. */
class RollCallTest {
  private static final Duration LONG = Duration.ofSeconds(60);

  private final Cluster cluster = new Cluster(42);

  /** Of 2 000 nodes at places as of PlanetLab, two would not come to lead their arcs otherwise. */
  @Test
  void whoeverIsFarAwayIsWaitedFor() {
    long oneWay = Duration.ofMillis(350).toNanos();
    Cluster far = new Cluster(43, ReplicationConfig.DEFAULT, (from, to) -> oneWay);
    for (int size = 1; size <= 5; size++) {
      far.grow(size);
      assertThat(far.settles(LONG.multipliedBy(2))).as(far::describe).isTrue();
    }
  }

  private static Peer third(Group daddy, Peer gone) {
    return daddy.configuration().voters().stream()
        .filter(voter -> !daddy.node.isSelf(voter) && !Configuration.same(voter, gone))
        .findFirst()
        .orElseThrow();
  }

  private static String keyIn(Group daddy) {
    return IntStream.range(0, 10_000)
        .mapToObj(number -> "key " + number)
        .filter(key -> daddy.range().contains(Id.ofKey(key)))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void whoHasAnsweredOnlyBeforeIsNotCountedOn() {
    cluster.grow(4);
    assertThat(cluster.settles(LONG)).isTrue();
    Cluster.Node gone = cluster.node(1);
    Group daddy =
        cluster.daddies().stream()
            .filter(each -> !each.node.isSelf(gone.peer) && each.configuration().votes(gone.peer))
            .findFirst()
            .orElseThrow();
    Cluster.Node third = cluster.node(third(daddy, gone.peer));
    Cluster.Node leading = cluster.node(daddy.node.self());
    String key = keyIn(daddy);
    List<Peer> voters = daddy.configuration().voters();
    gone.kill();
    AtomicLong asked = new AtomicLong();
    cluster.tap =
        message -> {
          if (message instanceof ReplicationMessage.Append append
              && append.arc() == daddy.arc
              && append.round() > asked.getAndSet(append.round())
              && daddy.node.isGone(gone.peer)
              && third.up) {
            third.kill();
          }
        };
    long end = cluster.simulation.now() + LONG.toNanos();
    while (third.up && cluster.simulation.now() < end) {
      assertThat(leading.put(key, "it is heard all the time").isOk()).isTrue();
      cluster.run(Duration.ofMillis(50));
    }
    assertThat(third.up).as("it was never asked").isFalse();
    for (int i = 0; i < 1_000; i++) {
      assertThat(daddy.configuration().voters()).as("nobody has answered").isEqualTo(voters);
      cluster.run(Duration.ofMillis(5));
    }
    cluster.restartAll();
    assertThat(cluster.settles(LONG)).as(cluster::describe).isTrue();
  }
}
