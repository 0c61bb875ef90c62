package io.kringle.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.kringle.ring.Bytes;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A ring that grows faster than arcs can be passed on. */
final class GrowthTest {
  private static final Duration BETWEEN_JOINS = Duration.ofMillis(20);
  private static final int KEYS = 200;

  @Test
  void arcsReachTheirOwnersThoughTheyAreOutOfSightOfWhoKeptThem() {
    Cluster cluster = new Cluster(1);
    Cluster.Node first = cluster.add();
    for (int i = 0; i < KEYS; i++) {
      first.put("key " + i, "value " + i);
    }

    while (cluster.size() < 100) {
      cluster.add();
      cluster.run(BETWEEN_JOINS);
    }

    assertThat(cluster.settles(Duration.ofMinutes(2))).as(cluster::describe).isTrue();
    for (int i = 0; i < KEYS; i++) {
      Optional<Bytes> value =
          cluster.node(i % 100).get("key " + i).fold(Versioned::value, failure -> Optional.empty());
      assertThat(value).contains(Bytes.utf8("value " + i));
    }
    assertThat(cluster.replicasAgree()).isTrue();
  }
}
