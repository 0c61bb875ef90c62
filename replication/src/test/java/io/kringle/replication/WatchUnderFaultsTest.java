package io.kringle.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.kringle.ring.Bytes;
import io.kringle.ring.Id;
import io.kringle.ring.Result;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * Watches of keys and of prefixes, while daddies die, come back, are cut off and paused, arcs split
 * and messages are lost. In the end each watch has told what is there; on the way versions ascend
 * ({@link WatchObserver}), and a watch that says how fresh it is tells the truth.
 */
final class WatchUnderFaultsTest {
  private static final int SEEDS = 12;
  private static final int KEYS = 8;
  private static final int MOST_NODES = 8;
  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  @Test
  void inTheEndEachWatchHasToldWhatIsThere() {
    for (long seed = 1; seed <= SEEDS; seed++) {
      Run run = new Run(seed);
      try {
        run.run();
      } catch (RuntimeException | AssertionError failure) {
        throw new AssertionError(
            "seed " + seed + "\n" + run.story + run.cluster.describe(), failure);
      }
    }
  }

  private static final class Run {
    final Cluster cluster;
    final StringBuilder story = new StringBuilder();
    private final SplittableRandom random;
    private final List<WatchObserver> observers = new ArrayList<>();
    private final Map<String, TreeMap<Long, Long>> acknowledged = new TreeMap<>();
    private boolean busy = true;
    private int values;
    private int fresh;

    Run(long seed) {
      random = new SplittableRandom(seed * 31);
      cluster =
          new Cluster(
              seed,
              ReplicationConfig.DEFAULT
                  .withLog(random.nextBoolean() ? 24 : 4_096, 1 << 20)
                  .withTombstoneAge(Duration.ofSeconds(random.nextBoolean() ? 5 : 3_600))
                  .withReplaceAfter(Duration.ofSeconds(1 + random.nextInt(5))));
    }

    private String key() {
      int number = random.nextInt(KEYS);
      return (number % 2 == 0 ? "a" : "b") + number;
    }

    private void note(String what) {
      story.append(cluster.simulation.now() / 1_000_000).append("ms ").append(what).append('\n');
    }

    void run() {
      cluster.grow(2 + random.nextInt(4));
      cluster.run(Duration.ofSeconds(3));
      for (int i = 0; i < 4; i++) {
        write(random.nextInt(1_000));
      }
      for (String prefix : List.of("", "a", "b")) {
        observers.add(new WatchObserver(cluster.node(0), Watched.prefix(prefix)));
      }
      for (int i = 0; i < KEYS; i++) {
        String key = (i % 2 == 0 ? "a" : "b") + i;
        observers.add(new WatchObserver(cluster.node(0), Watched.key(key)));
      }
      for (int i = 0; i < 12; i++) {
        misfortune();
        for (int j = 0; j < 10; j++) {
          cluster.run(Duration.ofMillis(10 + random.nextInt(250)));
          checkFreshness();
        }
      }
      cluster.heal();
      cluster.simulation.network().lose(0);
      cluster.restartAll();
      cluster.run(Duration.ofSeconds(2));
      busy = false;
      assertThat(cluster.settles(Duration.ofSeconds(90))).as("settles").isTrue();
      cluster.run(Duration.ofSeconds(25));
      checkFreshness();
      assertThat(fresh).as("times a watch said how fresh it was").isPositive();
      compare();
    }

    private void compare() {
      for (int i = 0; i < KEYS; i++) {
        String key = (i % 2 == 0 ? "a" : "b") + i;
        Versioned now = cluster.node(0).get(key).fold(found -> found, failure -> null);
        assertThat(now).as("the last read of %s", key).isNotNull();
        for (WatchObserver observer : observers) {
          boolean concerns =
              observer.what.isPrefix()
                  ? key.startsWith(observer.what.text())
                  : key.equals(observer.what.text());
          if (concerns) {
            assertThat(observer.value(key))
                .as("%s of %s at version %d", observer.what, key, now.version())
                .isEqualTo(now.value().map(Bytes::toUtf8).orElse("none"));
            assertThat(observer.version(key))
                .as("%s of %s", observer.what, key)
                .isEqualTo(now.value().isPresent() ? now.version() : observer.version(key));
          }
        }
      }
    }

    /** Whatever was acknowledged before the moment that a watch names was told by it. */
    private void checkFreshness() {
      for (WatchObserver observer : observers) {
        acknowledged.forEach(
            (key, versions) -> {
              boolean concerns =
                  observer.what.isPrefix()
                      ? key.startsWith(observer.what.text())
                      : key.equals(observer.what.text());
              OptionalLong asOf = concerns ? observer.watch.asOf(key) : OptionalLong.empty();
              if (asOf.isPresent()) {
                fresh++;
                Map.Entry<Long, Long> newest = versions.lowerEntry(asOf.getAsLong());
                boolean isGone = observer.value(key).equals("none");
                if (newest != null && !isGone) {
                  assertThat(observer.version(key))
                      .as("%s of %s as of %d", observer.what, key, asOf.getAsLong())
                      .isGreaterThanOrEqualTo(newest.getValue());
                }
              }
            });
      }
    }

    private void write(int wait) {
      List<Cluster.Node> live = cluster.live();
      if (busy) {
        cluster.schedule(Duration.ofMillis(20 + wait), () -> write(random.nextInt(150)));
        String key = key();
        Optional<Bytes> value =
            random.nextInt(4) == 0 ? Optional.empty() : Optional.of(Bytes.utf8("v" + values++));
        live.get(random.nextInt(live.size()))
            .replication
            .records()
            .write(
                new Write(key, Write.Condition.NONE, value),
                TIMEOUT,
                result -> acknowledge(key, result));
      }
    }

    private void acknowledge(String key, Result<WriteOutcome> result) {
      if (result instanceof Result.Ok<WriteOutcome> ok
          && ok.value() instanceof WriteOutcome.Written written) {
        acknowledged
            .computeIfAbsent(key, each -> new TreeMap<>())
            .merge(cluster.simulation.now(), written.version(), Math::max);
      }
    }

    private void misfortune() {
      List<Cluster.Node> others = cluster.live().stream().filter(node -> node.number != 0).toList();
      List<Cluster.Node> live = cluster.live();
      switch (random.nextInt(9)) {
        case 0, 1 -> {
          if (others.size() > 1) {
            Cluster.Node some = others.get(random.nextInt(others.size()));
            note("kill " + some.number);
            some.kill();
          }
        }
        case 2, 3 -> {
          note("restart all");
          cluster.restartAll();
        }
        case 4 -> {
          int size = random.nextInt(live.size());
          note("partition of " + size);
          cluster.partition(
              random.nextBoolean()
                  ? live.subList(0, size)
                  : live.subList(live.size() - size, live.size()));
        }
        case 5 -> {
          note("heal");
          cluster.heal();
        }
        case 6 -> {
          double loss = random.nextInt(3) * 0.05;
          note("loss " + loss);
          cluster.simulation.network().lose(loss);
          cluster.simulation.network().duplicate(loss);
          cluster.simulation.network().reorder(loss);
        }
        case 7 -> {
          Id paused = live.get(random.nextInt(live.size())).peer.id();
          note("pause " + paused.brief());
          cluster.simulation.pause(paused, Duration.ofMillis(random.nextInt(6_000)));
        }
        default -> {
          if (cluster.size() < MOST_NODES) {
            note("join " + cluster.size());
            cluster.add();
          }
        }
      }
    }
  }
}
