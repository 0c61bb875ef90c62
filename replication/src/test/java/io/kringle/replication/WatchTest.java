package io.kringle.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.kringle.ring.Bytes;
import io.kringle.ring.Failure;
import io.kringle.ring.Id;
import io.kringle.ring.Peer;
import io.kringle.ring.Result;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Watches, scene by scene. */
final class WatchTest {
  private static final Duration AGE = Duration.ofSeconds(20);
  private static final Duration SOON = Duration.ofSeconds(1);

  private final Cluster cluster =
      new Cluster(
          1,
          ReplicationConfig.DEFAULT
              .withTombstoneAge(AGE)
              .withReplaceAfter(Duration.ofHours(1))
              .withLog(64, 1 << 20));

  private void grow(int nodes) {
    cluster.grow(nodes);
    assertThat(cluster.settles(Duration.ofSeconds(60))).as(cluster::describe).isTrue();
  }

  private Group daddyOf(String key) {
    return cluster.daddies().stream()
        .filter(group -> group.range().contains(Id.ofKey(key)))
        .findFirst()
        .orElseThrow();
  }

  private Cluster.Node nodeOf(Peer peer) {
    return cluster.live().stream().filter(node -> node.peer.equals(peer)).findFirst().orElseThrow();
  }

  private static WatchEvent changed(String key, long version, String value) {
    return new WatchEvent.Changed(key, version, true, Optional.of(Bytes.utf8(value)));
  }

  private static WatchEvent deleted(String key, long version) {
    return new WatchEvent.Changed(key, version, false, Optional.empty());
  }

  @Test
  void aWatchOfAKeyTellsWhatIsThereAndThenWhatChanges() {
    grow(3);
    cluster.node(0).put("k", "one");
    WatchObserver observer = new WatchObserver(cluster.node(1), Watched.key("k"));
    assertThat(observer.events).as("within the call").isEmpty();
    cluster.run(SOON);
    cluster.node(2).put("k", "two");
    cluster.node(2).put("other", "two");
    cluster.run(SOON);
    cluster.node(0).delete("k");
    cluster.run(SOON);
    assertThat(observer.events)
        .containsExactly(
            changed("k", 1, "one"),
            new WatchEvent.Current(),
            changed("k", 2, "two"),
            deleted("k", 3));
  }

  @Test
  void aKeyThatWasNeverWrittenIsToldToBeAbsent() {
    grow(3);
    WatchObserver observer = new WatchObserver(cluster.node(1), Watched.key("k"));
    cluster.run(SOON);
    assertThat(observer.events).containsExactly(deleted("k", 0), new WatchEvent.Current());
  }

  @Test
  void aWatchOfAPrefixSpansAllArcs() {
    grow(4);
    for (int i = 0; i < 20; i++) {
      cluster.node(0).put("a" + i, "v");
      cluster.node(0).put("b" + i, "v");
    }
    cluster.node(0).delete("a7");
    WatchObserver observer = new WatchObserver(cluster.node(1), Watched.prefix("a"));
    cluster.run(SOON);
    assertThat(observer.last).hasSize(19).doesNotContainKey("a7");
    assertThat(observer.events).hasSize(20).last().isEqualTo(new WatchEvent.Current());
    cluster.node(3).put("a3", "w");
    cluster.node(3).put("a20", "w");
    cluster.node(3).delete("a5");
    cluster.run(SOON);
    assertThat(observer.events)
        .hasSize(23)
        .endsWith(changed("a3", 2, "w"), changed("a20", 1, "w"), deleted("a5", 2));
  }

  @Test
  void whatIsThereIsLeftOutOnDemandAndSoAreValues() {
    grow(3);
    cluster.node(0).put("a1", "v");
    WatchObserver observer =
        new WatchObserver(cluster.node(1), Watched.prefix("a").changesOnly().withoutValues());
    cluster.run(SOON);
    assertThat(observer.events).containsExactly(new WatchEvent.Current());
    cluster.node(0).put("a2", "v");
    cluster.run(SOON);
    assertThat(observer.events)
        .last()
        .isEqualTo(new WatchEvent.Changed("a2", 1, true, Optional.empty()));
  }

  @Test
  void aChangeIsToldWithinAMessageAndNotAtTheNextRound() {
    grow(3);
    WatchObserver observer = new WatchObserver(cluster.node(1), Watched.key("k"));
    cluster.run(SOON);
    cluster.node(2).put("k", "one");
    cluster.run(Duration.ofMillis(250));
    assertThat(observer.value("k")).isEqualTo("one");
  }

  @Test
  void manyRecordsComeInPiecesEachOnce() {
    grow(3);
    String value = "v".repeat(20_000);
    for (int i = 0; i < 150; i++) {
      cluster.node(0).put("a" + i, value);
    }
    WatchObserver observer = new WatchObserver(cluster.node(1), Watched.prefix("a"));
    cluster.run(Duration.ofSeconds(5));
    assertThat(observer.last).hasSize(150);
    assertThat(observer.events).as("with the one that it is current").hasSize(151);
  }

  @Test
  void itSurvivesItsDaddy() {
    grow(4);
    WatchObserver ofKey = new WatchObserver(cluster.node(0), Watched.key("k"));
    WatchObserver ofAll = new WatchObserver(cluster.node(0), Watched.prefix(""));
    cluster.run(SOON);
    Cluster.Node daddy = nodeOf(daddyOf("k").node.self());
    Cluster.Node writer = cluster.live().stream().filter(node -> node != daddy).toList().get(1);
    if (daddy != cluster.node(0)) {
      daddy.kill();
    }
    assertThat(writer.put("k", "again")).isInstanceOf(Result.Ok.class);
    cluster.run(Duration.ofSeconds(6));
    assertThat(ofKey.value("k")).isEqualTo("again");
    assertThat(ofAll.value("k")).isEqualTo("again");
    assertThat(ofAll.resets).isZero();
  }

  /** The daddy can talk to the watcher, but to none of its members, for good. */
  @Test
  void aDeposedDaddyDoesNotKeepItsWatchers() {
    grow(5);
    Group group = daddyOf("k");
    Cluster.Node daddy = nodeOf(group.node.self());
    List<Peer> members = group.configuration().voters();
    Cluster.Node watcher =
        cluster.live().stream().filter(node -> !members.contains(node.peer)).findFirst().get();
    WatchObserver observer = new WatchObserver(watcher, Watched.key("k"));
    cluster.run(SOON);
    for (Peer member : members) {
      if (!member.equals(daddy.peer)) {
        cluster.simulation.network().cut(daddy.peer.id(), member.id());
        cluster.simulation.network().cut(member.id(), daddy.peer.id());
      }
    }
    assertThat(watcher.put("k", "by another")).isInstanceOf(Result.class);
    cluster.run(Duration.ofSeconds(10));
    assertThat(watcher.put("k", "and again").isOk()).as(cluster::describe).isTrue();
    cluster.run(Duration.ofSeconds(10));
    assertThat(observer.value("k")).isEqualTo("and again");
  }

  @Test
  void freshnessStandsStillWhileNobodyConfirmsIt() {
    grow(3);
    Cluster.Node node = cluster.node(0);
    WatchObserver observer = new WatchObserver(node, Watched.prefix(""));
    assertThat(observer.watch.asOf("k")).isEmpty();
    cluster.run(Duration.ofSeconds(10));
    long now = cluster.simulation.now();
    assertThat(Duration.ofNanos(now - observer.watch.asOf("k").orElseThrow()))
        .isLessThan(Duration.ofSeconds(5));
    cluster.partition(List.of(node));
    cluster.run(Duration.ofSeconds(20));
    assertThat(observer.watch.asOf("k").orElseThrow()).isLessThanOrEqualTo(now);
    cluster.heal();
    cluster.run(Duration.ofSeconds(20));
    assertThat(observer.watch.asOf("k").orElseThrow()).isGreaterThan(now);
  }

  @Test
  void whoMissedCollectedTombstonesIsToldSo() {
    grow(4);
    cluster.node(0).put("k", "v");
    cluster.node(0).put("stays", "v");
    List<Peer> members = daddyOf("k").configuration().voters();
    Cluster.Node away =
        cluster.live().stream().filter(node -> !members.contains(node.peer)).findFirst().get();
    Cluster.Node here = nodeOf(members.get(0));
    WatchObserver ofAll = new WatchObserver(away, Watched.prefix(""));
    WatchObserver ofKey = new WatchObserver(away, Watched.key("k"));
    cluster.run(SOON);
    assertThat(ofAll.value("k")).isEqualTo("v");
    cluster.partition(List.of(away));
    cluster.run(SOON);
    assertThat(here.delete("k")).isInstanceOf(Result.Ok.class);
    cluster.run(AGE.multipliedBy(3));
    assertThat(daddyOf("k").floor().version()).isEqualTo(2);
    cluster.heal();
    cluster.run(Duration.ofSeconds(20));
    assertThat(ofAll.resets).isPositive();
    assertThat(ofAll.last).containsOnlyKeys("stays");
    assertThat(ofAll.isCurrent).isTrue();
    assertThat(ofKey.events).endsWith(deleted("k", 2));
    assertThat(here.put("k", "new").isOk()).isTrue();
    cluster.run(SOON);
    assertThat(ofKey.events).endsWith(changed("k", 3, "new"));
  }

  @Test
  void aSlowListenerGetsTheLatestAndNotAll() {
    grow(3);
    Cluster.Node node = cluster.node(0);
    WatchObserver observer = new WatchObserver(node, Watched.prefix(""));
    cluster.run(SOON);
    observer.beSlow();
    for (int i = 0; i < 300; i++) {
      cluster.node(1).put("k" + i % 3, "v" + i);
    }
    assertThat(observer.events).as("one batch at most").hasSizeLessThan(5);
    node.later(Duration.ZERO, observer::beQuickAgain);
    cluster.run(SOON);
    assertThat(observer.value("k0")).isEqualTo("v297");
    assertThat(observer.value("k1")).isEqualTo("v298");
    assertThat(observer.value("k2")).isEqualTo("v299");
    assertThat(observer.events).hasSizeLessThan(50);
  }

  @Test
  void nothingIsToldOnceItIsClosed() {
    grow(3);
    WatchObserver observer = new WatchObserver(cluster.node(0), Watched.key("k"));
    cluster.run(SOON);
    observer.watch.close();
    cluster.node(1).put("k", "v");
    cluster.run(SOON);
    assertThat(observer.events).hasSize(2);
  }

  @Test
  void tooManyWatchesAreRefusedUntilOthersAreClosed() {
    grow(1);
    Records records = cluster.node(0).replication.records();
    WatchListener deaf = (events, taken) -> taken.run();
    List<Watch> open = new ArrayList<>();
    for (int i = 0; i < Watchers.MOST; i++) {
      Watched what = i < Watchers.MOST_PREFIXES ? Watched.prefix("p" + i) : Watched.key("k" + i);
      open.add(records.watch(what, deaf).fold(watch -> watch, failure -> null));
      if (i == Watchers.MOST_PREFIXES) {
        assertThat(kind(records.watch(Watched.prefix("q"), deaf)))
            .isEqualTo(Failure.Kind.OVERLOADED);
      }
    }
    assertThat(open).doesNotContainNull();
    assertThat(kind(records.watch(Watched.key("q"), deaf))).isEqualTo(Failure.Kind.OVERLOADED);
    open.get(0).close();
    open.get(0).close();
    assertThat(records.watch(Watched.prefix("q"), deaf).isOk()).isTrue();
    assertThat(kind(records.watch(Watched.key("q"), deaf))).isEqualTo(Failure.Kind.OVERLOADED);
  }

  @Test
  void whatIsNoKeyIsNotWatched() {
    grow(1);
    Records records = cluster.node(0).replication.records();
    WatchListener deaf = (events, taken) -> taken.run();
    assertThat(kind(records.watch(Watched.key(""), deaf))).isEqualTo(Failure.Kind.INVALID);
    assertThat(kind(records.watch(Watched.prefix("x".repeat(1_025)), deaf)))
        .isEqualTo(Failure.Kind.INVALID);
  }

  private static Failure.Kind kind(Result<Watch> result) {
    return result.fold(ok -> Failure.Kind.CLOSED, Failure::kind);
  }
}
