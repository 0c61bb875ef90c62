package io.kringle.pubsub;

import static org.assertj.core.api.Assertions.assertThat;

import io.kringle.pubsub.Broadcasting.Reach;
import io.kringle.pubsub.Cluster.Node;
import io.kringle.pubsub.Cluster.Outcome;
import io.kringle.ring.Bytes;
import io.kringle.ring.Failure;
import io.kringle.ring.Result;
import io.kringle.routing.RoutingMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages to every node: each hears them once, and who sent them learns how many did. */
class BroadcastTest {

  /** The number of a {@code Spread} on the wire, as a varint. */
  private static final byte[] SPREAD = {(byte) 0xe6, 1};

  /** Counts how often a broadcast comes from one node to another. */
  private static AtomicInteger hops(Cluster cluster) {
    AtomicInteger count = new AtomicInteger();
    cluster.simulation.watch(
        (now, from, to, message) -> {
          if (message instanceof RoutingMessage.Hop hop
              && Arrays.equals(Arrays.copyOf(hop.body().array(), 2), SPREAD)) {
            count.incrementAndGet();
          }
        });
    return count;
  }

  private static int log2(int n) {
    return 32 - Integer.numberOfLeadingZeros(n - 1);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 17, 200})
  void aStableRingIsReachedByOneMessageForEachOtherNodeAndCountedExactly(int size) {
    for (long seed = 1; seed <= (size == 200 ? 2 : 10); seed++) {
      Cluster cluster = Cluster.real(seed, size);
      cluster.run(30);
      AtomicInteger hops = hops(cluster);
      for (int i = 0; i < 3; i++) {
        hops.set(0);
        Outcome<Reach> outcome = cluster.nodes.get(i * 7 % size).broadcast("text " + i);
        cluster.run(5);
        Reach reach = outcome.value();
        assertThat(reach.nodes()).as(cluster + " " + reach).isEqualTo(size);
        assertThat(reach.exact()).as(cluster + " " + reach).isTrue();
        assertThat(reach.depth()).as(cluster.toString()).isLessThanOrEqualTo(log2(size));
        assertThat(hops).as(cluster.toString()).hasValue(size - 1);
      }
      assertThat(cluster.nodes)
          .as(cluster.toString())
          .allSatisfy(node -> assertThat(node.heard).containsExactly("text 0", "text 1", "text 2"));
    }
  }

  @Test
  void onAFaultyNetworkAllHearItOnce() {
    for (long seed = 1; seed <= 10; seed++) {
      Cluster cluster = Cluster.real(seed, 40);
      cluster.simulation.network().lose(0.03);
      cluster.simulation.network().duplicate(0.05);
      cluster.simulation.network().reorder(0.05);
      List<String> texts = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        texts.add("text " + i);
        Outcome<Reach> outcome = cluster.nodes.get(i).broadcast("text " + i);
        cluster.run(15);
        assertThat(outcome.value().nodes()).as(cluster.toString()).isLessThanOrEqualTo(40);
      }
      assertThat(cluster.nodes)
          .as(cluster.toString())
          .allSatisfy(node -> assertThat(node.heard).containsExactlyElementsOf(texts));
    }
  }

  /** While nodes die, those that live hear it, nobody twice; the count is never too high. */
  @Test
  void whileNodesDieTheCountIsALowerBoundAndNobodyHearsItTwice() {
    int exact = 0;
    for (long seed = 1; seed <= 10; seed++) {
      Cluster cluster = Cluster.real(seed, 40);
      SplittableRandom random = new SplittableRandom(seed);
      for (int i = 0; i < 8; i++) {
        String text = "text " + i;
        Node victim = cluster.live().get(1 + random.nextInt(cluster.live().size() - 1));
        cluster.simulation.at(
            Duration.ofMillis(random.nextInt(200)),
            () -> cluster.simulation.kill(victim.peer.id()));
        Outcome<Reach> outcome = cluster.nodes.get(0).broadcast(text);
        cluster.run(15);
        List<Node> heard =
            cluster.nodes.stream().filter(node -> node.heard.contains(text)).toList();
        Reach reach = outcome.value();
        exact += reach.exact() ? 1 : 0;
        assertThat(heard.size()).as(cluster + " " + reach).isGreaterThanOrEqualTo(reach.nodes());
        assertThat(heard).as(cluster + " " + reach).containsAll(cluster.live());
        if (reach.exact()) {
          assertThat(reach.nodes()).isGreaterThanOrEqualTo(cluster.live().size());
        }
      }
      assertThat(cluster.nodes)
          .as(cluster.toString())
          .allSatisfy(node -> assertThat(node.heard).doesNotHaveDuplicates());
    }
    assertThat(exact).as("of 80 some are lower bounds, some are exact").isBetween(1, 79);
  }

  @Test
  void aBranchThatIsLostMakesTheCountALowerBoundInTime() {
    Cluster cluster = Cluster.real(3, 20);
    Node lost = cluster.nodes.get(5);
    cluster.simulation.network().lose(0);
    cluster.nodes.forEach(
        node -> {
          if (node != lost) {
            cluster.simulation.network().cut(lost.peer.id(), node.peer.id());
            cluster.simulation.network().cut(node.peer.id(), lost.peer.id());
          }
        });
    Outcome<Reach> outcome = new Outcome<>();
    cluster.nodes.get(0).broadcasts.broadcast(Bytes.utf8("x"), Duration.ofSeconds(2), outcome);
    cluster.run(2);
    Reach reach = outcome.value();
    assertThat(reach.exact()).as(reach.toString()).isFalse();
    assertThat(reach.nodes()).isBetween(1, 19);
    cluster.run(10);
    assertThat(cluster.nodes.stream().filter(node -> !node.heard.isEmpty())).hasSize(19);
    assertThat(lost.heard).isEmpty();
  }

  @Test
  void aFloodReachesEveryNodeOnceAlsoWhereMostLinksAreCut() {
    for (long seed = 1; seed <= 10; seed++) {
      Cluster cluster = Cluster.real(seed, 40);
      SplittableRandom random = new SplittableRandom(seed);
      for (Node from : cluster.nodes) {
        for (Node to : cluster.nodes) {
          if (random.nextInt(100) < 60) {
            cluster.simulation.network().cut(from.peer.id(), to.peer.id());
          }
        }
      }
      Outcome<Integer> outcome = new Outcome<>();
      cluster.nodes.get(7).broadcasts.flood(Bytes.utf8("x"), 8, outcome);
      cluster.run(1);
      assertThat(outcome.value()).isBetween(8, 39);
      assertThat(cluster.nodes)
          .as(cluster.toString())
          .allSatisfy(node -> assertThat(node.heard).containsExactly("x"));
      assertThat(cluster.nodes.get(0).broadcasts.stats().repeated()).isPositive();
    }
  }

  @Test
  void aFloodEndsAfterItsHops() {
    Cluster cluster = Cluster.fixed(1, 60);
    Outcome<Integer> outcome = new Outcome<>();
    cluster.nodes.get(7).broadcasts.flood(Bytes.utf8("x"), 1, outcome);
    cluster.run(2);
    assertThat(outcome.value()).isEqualTo(8);
    assertThat(cluster.nodes.stream().filter(node -> !node.heard.isEmpty())).hasSize(9);
    cluster.nodes.get(7).broadcasts.flood(Bytes.utf8("y"), 2, new Outcome<>());
    cluster.run(2);
    assertThat(cluster.nodes.stream().filter(node -> node.heard.contains("y"))).hasSize(17);
  }

  @Test
  void whatIsOutOfRangeIsRefused() {
    Cluster cluster = Cluster.fixed(1, 1);
    Broadcasts broadcasts = cluster.nodes.get(0).broadcasts;
    Bytes tooMuch = Bytes.of(new byte[TopicsConfig.DEFAULT.maxPayload() + 1]);
    Outcome<Reach> large = new Outcome<>();
    Outcome<Reach> endless = new Outcome<>();
    Outcome<Integer> still = new Outcome<>();
    broadcasts.broadcast(tooMuch, Duration.ofSeconds(1), large);
    broadcasts.broadcast(Bytes.EMPTY, Duration.ofHours(1), endless);
    broadcasts.flood(Bytes.EMPTY, 0, still);
    cluster.run(1);
    assertThat(kind(large)).isEqualTo(Failure.Kind.TOO_LARGE);
    assertThat(kind(endless)).isEqualTo(Failure.Kind.INVALID);
    assertThat(kind(still)).isEqualTo(Failure.Kind.INVALID);
  }

  private static Failure.Kind kind(Outcome<?> outcome) {
    Result<?> result = Objects.requireNonNull(outcome.result);
    return ((Result.Failed<?>) result).failure().kind();
  }
}
