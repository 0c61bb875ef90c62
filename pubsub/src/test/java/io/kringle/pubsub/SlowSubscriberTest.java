package io.kringle.pubsub;

import static io.kringle.pubsub.Cluster.TOPIC;
import static org.assertj.core.api.Assertions.assertThat;

import io.kringle.pubsub.Cluster.Listener;
import io.kringle.pubsub.Cluster.Node;
import io.kringle.pubsub.SubscribeOptions.Start;
import io.kringle.pubsub.SubscribeOptions.WhenSlow;
import io.kringle.ring.Bytes;
import io.kringle.ring.Failure;
import io.kringle.ring.Id;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** Subscribers that take their time; each gets what its options say, and slows nobody. */
class SlowSubscriberTest {
  private static final SubscribeOptions FEW = SubscribeOptions.DEFAULT.buffer(4, 1_000);

  /** More than a node remembers. */
  private static final int MANY = 2 * TopicsConfig.DEFAULT.historyMessages();

  private static List<Long> numbers(long first, long last) {
    return LongStream.rangeClosed(first, last).boxed().toList();
  }

  private static void publish(Cluster cluster, int count) {
    for (int i = 0; i < count; i++) {
      cluster.nodes.get(0).publish(TOPIC, "text");
      cluster.run(0.001);
    }
    cluster.run(1);
  }

  @Test
  void whoBlocksIsHeldBackAndGetsEverythingWhenItIsReady() {
    Cluster cluster = Cluster.fixed(1, 4);
    Node node = cluster.nodes.get(2);
    Taker slow = node.subscribe(FEW).confirmed().holding();
    Listener fast = node.subscribe(TOPIC);
    cluster.awaitConfirmed(List.of(fast));
    publish(cluster, MANY);
    assertThat(slow.sequences).isEqualTo(numbers(1, 4));
    assertThat(fast.sequences).isEqualTo(numbers(1, MANY));
    slow.done(1);
    cluster.run(1);
    assertThat(slow.sequences).as("one in, one out").isEqualTo(numbers(1, 5));
    slow.release();
    cluster.run(5);
    assertThat(slow.sequences).isEqualTo(numbers(1, MANY));
    assertThat(slow.mostUndone).isEqualTo(4);
    assertThat(slow.missed).isEmpty();
  }

  @Test
  void theBoundInBytesHoldsToo() {
    Cluster cluster = Cluster.fixed(2, 2);
    Taker slow = cluster.nodes.get(1).subscribe(FEW).confirmed().holding();
    for (int size : List.of(400, 400, 400, 5_000, 10)) {
      cluster.nodes.get(0).topics.publish(TOPIC, Bytes.of(new byte[size]), published -> {});
    }
    cluster.run(1);
    assertThat(slow.sequences).isEqualTo(numbers(1, 2));
    slow.done(2);
    assertThat(slow.sequences).as("400 and 5 000 bytes are too much").isEqualTo(numbers(1, 3));
    slow.done(1);
    assertThat(slow.sequences).as("but 5 000 alone are not").isEqualTo(numbers(1, 4));
    slow.release();
    assertThat(slow.sequences).isEqualTo(numbers(1, 5));
  }

  @Test
  void whomRetentionOvertakesIsTold() {
    Cluster cluster = Cluster.fixed(3, 4);
    Taker slow = cluster.nodes.get(2).subscribe(FEW).confirmed().holding();
    publish(cluster, MANY);
    cluster.ledgers.trim(Id.ofKey(TOPIC), 105);
    slow.release();
    cluster.run(5);
    assertThat(slow.missed).containsExactly(new Messaging.Missed(TOPIC, 5, 100));
    assertThat(slow.sequences).hasSize(MANY - 100).endsWith((long) MANY);
  }

  @Test
  void ofWhatWaitsTheOldestGoAndAreCounted() {
    Cluster cluster = Cluster.fixed(4, 4);
    Taker slow =
        cluster.nodes.get(2).subscribe(FEW.whenSlow(WhenSlow.DROP_OLDEST)).confirmed().holding();
    publish(cluster, 20);
    slow.release();
    assertThat(slow.missed).containsExactly(new Messaging.Missed(TOPIC, 5, 12));
    assertThat(slow.sequences).containsExactly(1L, 2L, 3L, 4L, 17L, 18L, 19L, 20L);
    slow.holding();
    publish(cluster, MANY);
    slow.release();
    assertThat(slow.missed).hasSize(2);
    assertThat(slow.sequences).hasSize(16).endsWith(MANY + 17L, MANY + 18L, MANY + 19L, MANY + 20L);
  }

  @Test
  void ofWhatWaitsTheOldestGoAlsoForTheirBytes() {
    Cluster cluster = Cluster.fixed(5, 2);
    Taker slow =
        cluster.nodes.get(1).subscribe(FEW.whenSlow(WhenSlow.DROP_OLDEST)).confirmed().holding();
    for (int size : List.of(900, 400, 400, 400, 5_000)) {
      cluster.nodes.get(0).topics.publish(TOPIC, Bytes.of(new byte[size]), published -> {});
      cluster.run(1);
    }
    slow.release();
    assertThat(slow.sequences).as("the last one always stays").containsExactly(1L, 5L);
    assertThat(slow.missed).containsExactly(new Messaging.Missed(TOPIC, 2, 3));
  }

  @Test
  void whoIsToBeDisconnectedIsAndHearsWhy() {
    Cluster cluster = Cluster.fixed(6, 4);
    Node node = cluster.nodes.get(2);
    Taker slow = node.subscribe(FEW.whenSlow(WhenSlow.DISCONNECT)).confirmed().holding();
    publish(cluster, 8);
    assertThat(slow.ends).isEmpty();
    publish(cluster, 2);
    assertThat(slow.ends).extracting(Failure::kind).containsExactly(Failure.Kind.OVERLOADED);
    slow.release();
    publish(cluster, 2);
    assertThat(slow.sequences).isEqualTo(numbers(1, 4));
    assertThat(node.topics.stats().subscribers()).isZero();
  }

  @Test
  void whoBeginsInThePastIsNotTooSlowBeforeItHasCaughtUp() {
    Cluster cluster = Cluster.fixed(7, 4);
    publish(cluster, MANY);
    List<Taker> takers = new ArrayList<>();
    for (WhenSlow policy : List.of(WhenSlow.DROP_OLDEST, WhenSlow.DISCONNECT)) {
      SubscribeOptions options = FEW.from(new Start.Oldest()).whenSlow(policy);
      takers.add(cluster.nodes.get(1).subscribe(options).confirmed().holding());
    }
    publish(cluster, 20);
    takers.forEach(Taker::release);
    cluster.run(5);
    assertThat(takers)
        .allSatisfy(
            taker -> {
              assertThat(taker.sequences).isEqualTo(numbers(1, MANY + 20));
              assertThat(taker.ends).isEmpty();
            });
  }

  @Test
  void manySlowOnesKeepNoMorePagesThanThereIsRoomFor() {
    Cluster cluster = Cluster.fixed(8, 2);
    Node node = cluster.nodes.get(1);
    Taker first = node.subscribe(FEW);
    first.confirmed();
    for (int i = 0; i < 100; i++) {
      cluster.nodes.get(0).topics.publish(TOPIC, Bytes.of(new byte[10_000]), published -> {});
      cluster.run(0.05);
    }
    List<Taker> takers = new ArrayList<>();
    SubscribeOptions oldest = FEW.from(new Start.Oldest());
    for (int i = 0; i < 100; i++) {
      takers.add(node.subscribe(oldest).holding());
    }
    cluster.run(5);
    for (int i = 0; i < 100; i++) {
      takers.forEach(taker -> taker.done(1));
      cluster.run(0.1);
    }
    assertThat(takers)
        .as("100 pages of 500 000 bytes do not fit, and everyone gets all the same")
        .allSatisfy(taker -> assertThat(taker.sequences).isEqualTo(numbers(1, 100)));
  }

  /** What a subscriber is handed and what it is told it missed are all there was, in order. */
  @Property(tries = 150)
  void whateverHappensMessagesAndNoticesMakeUpTheWhole(
      @ForAll @LongRange(min = 1, max = 1_000) long seed,
      @ForAll WhenSlow policy,
      @ForAll @Size(min = 1, max = 60) List<@IntRange(min = 0, max = 9) Integer> acts) {
    Cluster cluster = Cluster.fixed(seed, 3, BoundsTest.TIGHT);
    Taker taker = cluster.nodes.get(1).subscribe(FEW.whenSlow(policy)).confirmed();
    int published = 0;
    for (int act : acts) {
      if (act < 5) {
        int size = act * 150;
        cluster.nodes.get(0).topics.publish(TOPIC, Bytes.of(new byte[size]), result -> {});
        published++;
        cluster.run(0.06);
      } else if (act == 5) {
        taker.holding();
      } else if (act == 6) {
        taker.release();
      } else if (act == 7) {
        cluster.ledgers.trim(Id.ofKey(TOPIC), Math.max(1, published - 2));
      } else {
        taker.done(act - 7);
        cluster.run(0.01);
      }
    }
    cluster.run(1);
    taker.release();
    cluster.run(2);
    long told = taker.missed.stream().mapToLong(Messaging.Missed::count).sum();
    assertThat(taker.mostUndone).isLessThanOrEqualTo(4);
    if (taker.ends.isEmpty()) {
      assertThat(taker.sequences.size() + told).as(taker.toString()).isEqualTo(published);
    } else {
      assertThat(policy).isEqualTo(WhenSlow.DISCONNECT);
    }
  }
}
