package io.kringle.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.kringle.ring.Bytes;
import io.kringle.ring.Failure;
import io.kringle.ring.Id;
import io.kringle.ring.Result;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** Reads that need no majority. */
class StaleReadTest {
  private static Result<Versioned> version(long version, String value) {
    return Result.ok(new Versioned(version, Optional.of(Bytes.utf8(value))));
  }

  @Test
  void whereAllIsWellItTellsWhatIsThere() {
    Cluster cluster = new Cluster(1);
    cluster.grow(6);
    cluster.node(0).put("a", "one");
    cluster.node(0).put("a", "two");
    cluster.run(Duration.ofSeconds(1));
    for (Cluster.Node node : cluster.live()) {
      assertThat(node.getStale("a")).isEqualTo(version(2, "two"));
      assertThat(node.getStale("never")).isEqualTo(Result.ok(Versioned.NEVER));
    }
  }

  @Test
  void oneReplicaOfThreeIsEnough() {
    Cluster cluster = new Cluster(2);
    cluster.grow(3);
    cluster.node(0).put("a", "one");
    cluster.run(Duration.ofSeconds(1));
    cluster.node(0).kill();
    cluster.node(1).kill();
    assertThat(cluster.node(2).get("a").isOk()).isFalse();
    assertThat(cluster.node(2).getStale("a")).isEqualTo(version(1, "one"));
  }

  @Test
  void whereThereIsNoReplicaItIsUnavailable() {
    Cluster cluster = new Cluster(3);
    cluster.grow(6);
    cluster.node(0).put("a", "one");
    cluster.run(Duration.ofSeconds(1));
    cluster.live().stream()
        .filter(node -> node.replication.records().arcs().stream().anyMatch(holds("a")))
        .forEach(Cluster.Node::kill);
    Result<Versioned> read = cluster.live().get(0).getStale("a");
    String outcome = read.fold(Versioned::toString, failure -> failure.kind().name());
    assertThat(outcome).isEqualTo(Failure.Kind.UNAVAILABLE.name());
  }

  private static Predicate<ArcStatus> holds(String key) {
    return status -> status.arc().contains(Id.ofKey(key));
  }
}
