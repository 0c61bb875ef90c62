package io.kringle.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.kringle.ring.Bytes;
import io.kringle.ring.Result;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Many keys in one call while daddies die and messages are lost: each write has its effect once.
 */
final class BatchUnderFaultsTest {
  private static final int KEYS = 40;
  private static final Duration TIMEOUT = Duration.ofSeconds(3);

  private final List<History> histories = new ArrayList<>();
  private Cluster cluster = new Cluster(0);
  private SplittableRandom random = new SplittableRandom();
  private int values;
  private int answered;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void everyKeysHistoryIsLinearizable(long seed) {
    cluster = new Cluster(seed);
    random = new SplittableRandom(seed);
    for (int i = 0; i < KEYS; i++) {
      histories.add(new History("key " + i));
    }
    cluster.grow(5);
    assertThat(cluster.settles(Duration.ofSeconds(60))).isTrue();
    for (int i = 0; i < 60; i++) {
      Cluster.Node node = cluster.live().get(random.nextInt(cluster.live().size()));
      if (random.nextBoolean()) {
        writeSome(node);
      } else {
        readSome(node);
      }
      cluster.run(Duration.ofMillis(random.nextInt(40)));
      misfortune();
    }
    cluster.simulation.network().lose(0);
    cluster.simulation.network().duplicate(0);
    cluster.restartAll();
    assertThat(cluster.settles(Duration.ofSeconds(90))).isTrue();
    cluster.run(TIMEOUT);
    assertThat(answered).as("calls that were answered").isGreaterThan(20);
    readSome(cluster.live().get(0));
    cluster.run(TIMEOUT);
    assertThat(cluster.replicasAgree()).isTrue();
  }

  private void misfortune() {
    switch (random.nextInt(12)) {
      case 0 -> {
        double loss = random.nextInt(3) * 0.05;
        cluster.simulation.network().lose(loss);
        cluster.simulation.network().duplicate(loss);
      }
      case 1 -> {
        if (cluster.live().size() > 3) {
          cluster.live().get(random.nextInt(cluster.live().size())).kill();
        }
      }
      case 2, 3 -> cluster.restartAll();
      default -> {
        // Most of the time nothing happens.
      }
    }
  }

  private List<Integer> some() {
    List<Integer> some = new ArrayList<>();
    for (int i = 0; i < KEYS; i++) {
      if (random.nextBoolean()) {
        some.add(i);
      }
    }
    return some;
  }

  private void writeSome(Cluster.Node node) {
    List<Integer> some = some();
    List<Write> writes = new ArrayList<>();
    for (int i : some) {
      Bytes value = Bytes.utf8("v" + values++);
      histories.get(i).attempt(Optional.of(value));
      boolean free = random.nextBoolean();
      writes.add(
          new Write(
              "key " + i,
              free
                  ? Write.Condition.NONE
                  : Write.Condition.version(histories.get(i).acknowledged()),
              Optional.of(value)));
    }
    long began = cluster.simulation.now();
    Cluster.Answer<List<Result<WriteOutcome>>> once = new Cluster.Answer<>();
    node.replication
        .records()
        .writeAll(
            writes,
            TIMEOUT,
            result -> {
              once.accept(result);
              answered++;
              List<Result<WriteOutcome>> each = result.fold(all -> all, failure -> List.of());
              assertThat(each).hasSameSizeAs(writes);
              for (int i = 0; i < each.size(); i++) {
                histories
                    .get(some.get(i))
                    .wrote(began, cluster.simulation.now(), writes.get(i).value(), each.get(i));
              }
            });
  }

  private void readSome(Cluster.Node node) {
    List<Integer> some = some();
    long began = cluster.simulation.now();
    Cluster.Answer<List<Result<Versioned>>> once = new Cluster.Answer<>();
    node.replication
        .records()
        .readAll(
            some.stream().map(i -> "key " + i).toList(),
            TIMEOUT,
            result -> {
              once.accept(result);
              answered++;
              List<Result<Versioned>> each = result.fold(all -> all, failure -> List.of());
              assertThat(each).hasSameSizeAs(some);
              for (int i = 0; i < each.size(); i++) {
                histories.get(some.get(i)).read(began, cluster.simulation.now(), each.get(i));
              }
            });
  }
}
