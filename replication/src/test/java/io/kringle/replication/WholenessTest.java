package io.kringle.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.kringle.ring.Bytes;
import io.kringle.ring.Result;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * A replica that is filled passes through states that never were: a tombstone is missing that a
 * later entry collects, so an entry from before it makes the record anew, with another version.
 */
final class WholenessTest {
  private static final List<String> MARKS = names("mark", 40);
  private static final List<String> BULK = names("bulk", 200);
  private static final List<String> LARGE = names("large", 150);

  private final Cluster cluster =
      new Cluster(
          7,
          ReplicationConfig.DEFAULT
              .withTombstoneAge(Duration.ofMillis(500))
              .withTransfer(new ReplicationConfig.Transfer(10_000, 4_000, 2))
              .withLog(40, 1_000_000));

  /** What the marks ever were, whoever may know of it. */
  private final Set<Versioned> decided = new HashSet<>(List.of(Versioned.NEVER));

  private static List<String> names(String of, int count) {
    return IntStream.range(0, count).mapToObj(i -> of + " " + i).toList();
  }

  private void put(List<String> keys, String value) {
    for (String key : keys) {
      note(cluster.node(0).put(key, value), Optional.of(Bytes.utf8(value)));
    }
  }

  private void delete(List<String> keys) {
    keys.forEach(key -> note(cluster.node(0).delete(key), Optional.empty()));
  }

  private void note(Result<WriteOutcome> outcome, Optional<Bytes> value) {
    WriteOutcome.Written written = (WriteOutcome.Written) valueOf(outcome);
    decided.add(new Versioned(written.version(), value));
  }

  private static <T> T valueOf(Result<T> result) {
    return result.fold(
        value -> value,
        failure -> {
          throw new AssertionError(failure);
        });
  }

  private void readAllMarks(Cluster.Node at) {
    for (String mark : MARKS) {
      Versioned read = valueOf(at.getStale(mark));
      assertThat(decided).as("%s at %s", mark, cluster.simulation.now()).contains(read);
    }
  }

  @Test
  void aStaleReaderNeverMeetsWhatNeverWas() {
    cluster.grow(3);
    assertThat(cluster.settles(Duration.ofMinutes(3))).as(cluster::describe).isTrue();
    put(MARKS, "one");
    put(MARKS, "two");
    Cluster.Node returning = cluster.node(1);
    returning.kill();
    put(BULK, "v".repeat(1_000));
    cluster.run(Duration.ofSeconds(1));

    returning.restart();
    assertThat(cluster.run(this::isBeingFilled, Duration.ofMinutes(1))).isTrue();
    put(MARKS, "three");
    put(LARGE, "v".repeat(100_000));
    delete(MARKS);
    delete(LARGE);
    cluster.run(Duration.ofSeconds(2));
    assertThat(isBeingFilled()).as("still").isTrue();

    while (!cluster.isSettled()) {
      cluster.run(Duration.ofMillis(1));
      readAllMarks(returning);
    }
    readAllMarks(returning);
    assertThat(returning.getStale(MARKS.get(0))).isEqualTo(Result.ok(Versioned.NEVER));
  }

  private boolean isBeingFilled() {
    return cluster.node(1).replication.groups().stream().anyMatch(Group::isInstalling);
  }
}
