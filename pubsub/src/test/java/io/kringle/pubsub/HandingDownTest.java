package io.kringle.pubsub;

import static org.assertj.core.api.Assertions.assertThat;

import io.kringle.pubsub.Cluster.Listener;
import io.kringle.pubsub.Cluster.Node;
import io.kringle.pubsub.TopicMessage.Adopt;
import io.kringle.pubsub.TopicMessage.Beat;
import io.kringle.ring.Id;
import io.kringle.ring.Message;
import io.kringle.ring.Peer;
import io.kringle.testkit.Simulation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A newcomer that its parent has no room for goes where messages are with it soonest. */
class HandingDownTest {
  /** As many as know each other all, so that each join comes to the root. */
  private static final int NODES = 9;

  private static final int FAN_OUT = 3;

  /** Each message of the race may be late by up to one millisecond. */
  private static final long JITTER = Duration.ofMillis(2).toNanos();

  private final Tree tree = new Tree();

  /** The tree as the beats of parents tell it. */
  private static final class Tree implements Simulation.Watcher {
    /** From the root down to the parent. */
    private final Map<Id, List<Id>> above = new LinkedHashMap<>();

    private final List<Adopt> handedDown = new ArrayList<>();

    @Override
    public void delivered(long now, Peer from, Peer to, Message message) {
      if (message instanceof Beat beat && !beat.path().isEmpty()) {
        above.put(to.id(), beat.path());
      } else if (message instanceof Adopt adopt && adopt.depth() > 0) {
        handedDown.add(adopt);
      }
    }

    List<Id> children(Id of) {
      return above.entrySet().stream()
          .filter(each -> each.getValue().get(each.getValue().size() - 1).equals(of))
          .map(Map.Entry::getKey)
          .toList();
    }
  }

  private Cluster cluster(int seed) {
    Cluster cluster = Cluster.fixed(seed, NODES, TopicsConfig.DEFAULT.withFanOut(FAN_OUT));
    cluster.simulation.watch(tree);
    return cluster;
  }

  private static long way(Cluster cluster, Id root, Id child, Id newcomer) {
    return cluster.simulation.direct(root, child) + cluster.simulation.direct(child, newcomer);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
  void itGoesToTheChildThatIsOnTheShortestWay(int seed) {
    Cluster cluster = cluster(seed);
    for (Node node : cluster.nodes) {
      cluster.awaitConfirmed(List.of(node.subscribe(Cluster.TOPIC)));
    }
    Id root = cluster.rootOf(Cluster.TOPIC).peer.id();
    List<Id> children = tree.children(root);
    assertThat(children).hasSize(FAN_OUT);
    assertThat(tree.above).hasSize(NODES - 1);
    tree.above.forEach(
        (node, path) -> {
          if (path.size() > 1) {
            long taken = way(cluster, root, path.get(1), node);
            assertThat(children)
                .as("seed %d", seed)
                .allMatch(child -> taken <= way(cluster, root, child, node) + JITTER);
          }
        });
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
  void itTakesOneInvitationOfEachDepth(int seed) {
    Cluster cluster = cluster(seed);
    for (Node node : cluster.nodes) {
      cluster.awaitConfirmed(List.of(node.subscribe(Cluster.TOPIC)));
    }
    assertThat(tree.handedDown)
        .as("seed %d", seed)
        .hasSizeGreaterThanOrEqualTo(NODES - 1 - FAN_OUT);
    assertThat(tree.handedDown.stream().distinct()).hasSameSizeAs(tree.handedDown);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
  void aChildThatIsDeadInvitesNobodyAndHoldsNobodyUp(int seed) {
    Cluster cluster = cluster(seed);
    Node root = cluster.rootOf(Cluster.TOPIC);
    List<Node> others = cluster.nodes.stream().filter(node -> !node.equals(root)).toList();
    IntStream.range(0, FAN_OUT)
        .forEach(i -> cluster.awaitConfirmed(List.of(others.get(i).subscribe(Cluster.TOPIC))));
    cluster.simulation.vanish(others.get(0).peer.id());
    cluster.simulation.vanish(others.get(1).peer.id());
    List<Listener> newcomers = new ArrayList<>();
    others
        .subList(FAN_OUT, NODES - 1)
        .forEach(node -> newcomers.add(node.subscribe(Cluster.TOPIC)));
    boolean soon =
        cluster.simulation.runUntil(
            () -> newcomers.stream().allMatch(Listener::isConfirmed), Duration.ofMillis(400));
    assertThat(soon).as("seed %d: %s", seed, newcomers).isTrue();
  }
}
