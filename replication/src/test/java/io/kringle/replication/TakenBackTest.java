package io.kringle.replication;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
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

  @Test
  void whoeverVotedBeforeIsAMajorityStillWhenAVoterToBeIsLost() {
    cluster.grow(4);
    assertThat(cluster.settles(LONG)).isTrue();
    assertThat(cluster.node(0).put("key", "value").isOk()).isTrue();
    Cluster.Node gone = cluster.node(1);
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
    gone.restart();
    assertThat(cluster.settles(LONG)).as(cluster::describe).isTrue();
    assertThat(cluster.node(1).get("key").isOk()).isTrue();
  }
}
