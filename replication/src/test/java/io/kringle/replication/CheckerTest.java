package io.kringle.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.kringle.ring.Bytes;
import io.kringle.ring.Id;
import io.kringle.ring.Result;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/**
 * Random clients and random misfortune, by seed; {@code -Dseed=N} runs one, {@code -Dseeds=N} that
 * many.
 */
final class CheckerTest {
  private static final int KEYS = 6;
  private static final int MAX_NODES = 7;
  private static final Id LEDGER = Id.ofKey("ledger");
  private static final Duration TIMEOUT = Duration.ofSeconds(3);

  /** Seeds that found a fault once: 80, who came back before it was missed counted as leaving. */
  private static final List<Long> REGRESSIONS = List.of(80L);

  @Test
  void acknowledgedWritesSurviveWhateverHappens() {
    for (long seed : seeds()) {
      Run run = new Run(seed);
      try {
        run.run();
      } catch (RuntimeException | AssertionError broken) {
        throw new AssertionError(
            "-Dseed="
                + seed
                + ": "
                + broken.getMessage()
                + "\n"
                + run.log()
                + run.cluster.describe(),
            broken);
      }
    }
  }

  private static List<Long> seeds() {
    Optional<Long> only = Optional.ofNullable(Long.getLong("seed"));
    if (only.isPresent()) {
      return List.of(only.get());
    }
    int count = Integer.getInteger("seeds", 8);
    return LongStream.concat(
            LongStream.rangeClosed(1, count), REGRESSIONS.stream().mapToLong(Long::longValue))
        .boxed()
        .toList();
  }

  private static final class Run {
    final Cluster cluster;
    private final SplittableRandom random;
    private final List<History> histories = new ArrayList<>();
    private final StringBuilder story = new StringBuilder();
    private final Duration flush;
    private boolean busy = true;
    private final LedgerHistory ledger = new LedgerHistory();
    private int values;
    private int answered;

    Run(long seed) {
      random = new SplittableRandom(seed * 31);
      flush = Duration.ofMillis(random.nextInt(2) * 60 + 1);
      int log = random.nextBoolean() ? 24 : 4_096;
      cluster =
          new Cluster(
              seed,
              ReplicationConfig.DEFAULT
                  .withLog(log, 1 << 20)
                  .withTransfer(new ReplicationConfig.Transfer(2_000, 100, 2))
                  .withReplaceAfter(Duration.ofSeconds(1 + random.nextInt(5))));
      for (int i = 0; i < KEYS; i++) {
        histories.add(new History("key " + i));
      }
    }

    String log() {
      return story.toString();
    }

    private void note(String what) {
      story.append(cluster.simulation.now() / 1_000_000).append("ms ").append(what).append('\n');
    }

    void run() {
      cluster.grow(3 + random.nextInt(3));
      cluster.run(Duration.ofSeconds(3));
      cluster.live().forEach(node -> node.disk.flushesIn(flush));
      for (int i = 0; i < 8; i++) {
        client(random.nextInt(1_000));
      }
      for (int i = 0; i < 12; i++) {
        misfortune();
        cluster.run(Duration.ofMillis(100 + random.nextInt(2_500)));
      }
      recover();
      busy = false;
      boolean settled = cluster.settles(Duration.ofSeconds(90));
      assertThat(settled).as("settles").isTrue();
      cluster.run(TIMEOUT);
      assertThat(cluster.replicasAgree()).as("replicas agree").isTrue();
      assertThat(cluster.coversCircleOnce()).isTrue();
      assertThat(answered).as("operations answered").isPositive();
      for (int i = 0; i < KEYS; i++) {
        long began = cluster.simulation.now();
        Result<Versioned> last = cluster.live().get(0).get("key " + i);
        assertThat(last.isOk()).as("last read: %s", last).isTrue();
        histories.get(i).read(began, cluster.simulation.now(), last);
      }
      cluster
          .live()
          .forEach(node -> node.<Ledgers.Page>call(done -> readLedger(node, done)).map(ledger::is));
    }

    private static void readLedger(Cluster.Node node, Consumer<Result<Ledgers.Page>> done) {
      node.replication.ledgers().read(LEDGER, 0, TIMEOUT, done);
    }

    private void client(int wait) {
      List<Cluster.Node> live = cluster.live();
      if (busy && !live.isEmpty()) {
        Cluster.Node node = live.get(random.nextInt(live.size()));
        operate(node, histories.get(random.nextInt(KEYS)));
      }
      if (busy) {
        cluster.schedule(Duration.ofMillis(20 + wait), () -> client(random.nextInt(60)));
      }
    }

    private void operate(Cluster.Node node, History history) {
      long began = cluster.simulation.now();
      String key = "key " + histories.indexOf(history);
      int kind = random.nextInt(12);
      if (kind >= 10) {
        Bytes item = Bytes.utf8("item " + values++);
        node.replication
            .ledgers()
            .append(LEDGER, item, TIMEOUT, result -> result.map(each -> ledger.told(item, each)));
        return;
      }
      if (kind < 4) {
        node.replication
            .records()
            .read(
                key,
                TIMEOUT,
                result -> {
                  answered += result.isOk() ? 1 : 0;
                  history.read(began, cluster.simulation.now(), result);
                });
        return;
      }
      Optional<Bytes> value =
          kind == 4 ? Optional.empty() : Optional.of(Bytes.utf8("v" + values++));
      Write.Condition condition =
          kind == 5
              ? Write.Condition.ABSENT
              : kind < 8 ? Write.Condition.NONE : Write.Condition.version(history.acknowledged());
      history.attempt(value);
      node.replication
          .records()
          .write(
              new Write(key, condition, value),
              TIMEOUT,
              result -> {
                answered += result.isOk() ? 1 : 0;
                history.wrote(began, cluster.simulation.now(), value, result);
              });
    }

    private void misfortune() {
      List<Cluster.Node> live = cluster.live();
      Cluster.Node some = live.get(random.nextInt(live.size()));
      switch (random.nextInt(10)) {
        case 0, 1 -> {
          if (live.size() > 1) {
            note("kill " + some.number);
            some.kill();
          }
        }
        case 2, 3 -> restartOne();
        case 4 -> {
          note("partition");
          cluster.partition(live.subList(0, random.nextInt(live.size())));
        }
        case 5 -> {
          note("heal");
          cluster.heal();
        }
        case 6 -> {
          double loss = random.nextInt(3) * 0.03;
          note("loss " + loss);
          cluster.simulation.network().lose(loss);
          cluster.simulation.network().duplicate(loss);
          cluster.simulation.network().reorder(loss);
        }
        case 7 -> {
          Id other = live.get(random.nextInt(live.size())).peer.id();
          note("cut " + some.number + " to " + other.brief());
          cluster.simulation.network().cut(some.peer.id(), other);
        }
        case 8 -> {
          if (cluster.size() < MAX_NODES) {
            note("join " + cluster.size());
            cluster.add();
          } else if (live.size() > 3) {
            note("leave " + some.number);
            some.leave();
          }
        }
        default -> {
          if (cluster.isSettled() && live.size() > 2 && live.size() == cluster.size()) {
            note("disk lost " + some.number);
            some.kill();
            some.restartAsStranger();
          } else {
            note("everybody down");
            live.forEach(Cluster.Node::kill);
            cluster.restartAll();
          }
        }
      }
    }

    private void restartOne() {
      List<Cluster.Node> down = cluster.down();
      if (!down.isEmpty()) {
        Cluster.Node node = down.get(random.nextInt(down.size()));
        note("restart " + node.number);
        node.restart();
      }
    }

    private void recover() {
      note("recover");
      cluster.simulation.network().lose(0);
      cluster.simulation.network().duplicate(0);
      cluster.simulation.network().reorder(0);
      cluster.heal();
      cluster.restartAll();
    }
  }
}
