package io.kringle.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.kringle.ring.Bytes;
import io.kringle.ring.Endpoint;
import io.kringle.ring.Id;
import io.kringle.ring.Inbound;
import io.kringle.ring.Message;
import io.kringle.ring.Peer;
import io.kringle.ring.RememberedPeers;
import io.kringle.ring.Result;
import io.kringle.ring.Ring;
import io.kringle.ring.RingConfig;
import io.kringle.ring.RingMessage;
import io.kringle.ring.RingMessages;
import io.kringle.ring.Schema;
import io.kringle.ring.World;
import io.kringle.ring.wire.KryoCodec;
import io.kringle.routing.Router;
import io.kringle.routing.RouterConfig;
import io.kringle.routing.RoutingMessage;
import io.kringle.routing.RoutingMessages;
import io.kringle.testkit.Simulation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The real ring, router and codec below. */
final class FullStackTest {
  private static final Id RING = Id.ofKey("the ring");
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final KryoCodec wire = codec();
  private Simulation simulation = new Simulation(77, message -> wire.decode(wire.encode(message)));
  private final List<Node> nodes = new ArrayList<>();

  private static KryoCodec codec() {
    Schema schema = new Schema();
    RingMessages.register(schema);
    RoutingMessages.register(schema);
    ReplicationMessages.register(schema);
    return new KryoCodec(schema);
  }

  private final class Node {
    final Peer peer;
    final Disk disk = new Disk();
    Ring ring;
    Router router;
    Replication replication;

    Node(int number) {
      this(new Peer(Id.ofKey("node " + number), new Endpoint("10.0.0.2", 1_000 + number), number));
    }

    Node(Peer peer) {
      this.peer = peer;
    }

    void start() {
      simulation.start(peer, this::assemble);
      if (nodes.get(0) == this && !replication.holdsAnything()) {
        ring.create(RING);
        replication.bootstrap();
      } else {
        List<Endpoint> seeds =
            nodes.stream().filter(node -> node != this).map(node -> node.peer.endpoint()).toList();
        ring.join(seeds, result -> {});
      }
    }

    private Inbound assemble(World world) {
      KryoCodec codec = codec();
      ring = new Ring(world, RingConfig.defaults(), peer, new RememberedPeers());
      router = new Router(world, codec, ring, RouterConfig.DEFAULT);
      replication =
          new Replication(world, codec, ring, router, ReplicationConfig.DEFAULT, disk.open(world));
      replication.start();
      return new Inbound() {
        @Override
        public void received(Peer from, Message message) {
          if (message instanceof RingMessage ours) {
            ring.received(from, ours);
          } else if (message instanceof RoutingMessage ours) {
            router.received(from, ours);
          } else if (message instanceof ReplicationMessage ours) {
            replication.received(from, ours);
          }
          replication.checkInvariants();
        }

        @Override
        public void unreachable(Peer other, String reason) {
          ring.unreachable(other, reason);
          router.unreachable(other, reason);
          replication.unreachable(other, reason);
        }

        @Override
        public void contactFailed(Endpoint endpoint, String reason) {
          ring.contactFailed(endpoint, reason);
        }
      };
    }

    Result<WriteOutcome> put(String key, String value) {
      Cluster.Answer<WriteOutcome> answer = new Cluster.Answer<>();
      replication
          .records()
          .write(
              new Write(key, Write.Condition.NONE, Optional.of(Bytes.utf8(value))),
              PATIENCE,
              answer);
      simulation.runUntil(answer::isThere, Duration.ofSeconds(10));
      return answer.get();
    }

    Result<Versioned> get(String key) {
      Cluster.Answer<Versioned> answer = new Cluster.Answer<>();
      replication.records().read(key, PATIENCE, answer);
      simulation.runUntil(answer::isThere, Duration.ofSeconds(10));
      return answer.get();
    }
  }

  private Node add() {
    Node node = new Node(nodes.size());
    nodes.add(node);
    node.start();
    simulation.run(Duration.ofSeconds(4));
    return node;
  }

  private void expectValues(Node at, String prefix) {
    for (int i = 0; i < 30; i++) {
      Result<Versioned> read = at.get("key " + i);
      assertThat(
              read.fold(found -> found.value().map(Bytes::toUtf8).orElse("none"), Object::toString))
          .as("key %s at %s", i, at.peer)
          .isEqualTo(prefix + i);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {5, 3, 2})
  void whoLeavesInOrderKeepsNothingAndTakesNothingAway(int size) {
    add();
    while (nodes.size() < size) {
      add();
    }
    for (int i = 0; i < 30; i++) {
      assertThat(nodes.get(0).put("key " + i, "a" + i).isOk()).isTrue();
    }
    Node leaver = nodes.remove(size - 1);
    AtomicBoolean gone = new AtomicBoolean();
    leaver.replication.handOver(() -> leaver.ring.leave(() -> gone.set(true)));
    assertThat(simulation.runUntil(gone::get, Duration.ofSeconds(9))).isTrue();
    assertThat(leaver.replication.holdsAnything()).as("keeps anything").isFalse();
    simulation.kill(leaver.peer.id());

    long before = simulation.now();
    expectValues(nodes.get(0), "a");
    assertThat(nodes.get(0).put("key 0", "after").isOk()).isTrue();
    assertThat(Duration.ofNanos(simulation.now() - before)).isLessThan(Duration.ofSeconds(3));
    for (Node node : nodes) {
      assertThat(node.replication.records().arcs())
          .noneMatch(
              arc -> arc.members().contains(leaver.peer) || arc.learners().contains(leaver.peer));
    }
  }

  @Test
  void aRingOfSixKeepsEverythingThroughGrowthDeathAndReturn() {
    add();
    for (int i = 0; i < 30; i++) {
      assertThat(nodes.get(0).put("key " + i, "a" + i).isOk()).isTrue();
    }
    while (nodes.size() < 6) {
      expectValues(add(), "a");
    }
    assertThat(nodes).allMatch(node -> node.replication.holdsAnything());

    Node victim = nodes.get(2);
    simulation.kill(victim.peer.id());
    victim.disk.crash(new SplittableRandom(1));
    for (int i = 0; i < 30; i++) {
      assertThat(nodes.get(3).put("key " + i, "b" + i).isOk()).isTrue();
    }
    simulation.run(Duration.ofSeconds(30));
    victim.start();
    simulation.run(Duration.ofSeconds(15));
    for (Node node : nodes) {
      expectValues(node, "b");
    }
    long leading = nodes.stream().filter(node -> node.replication.stats().leading() > 0).count();
    assertThat(leading).as("each node leads what it owns").isEqualTo(6);
  }

  /** Its id is a member still, but under another incarnation: first out, then in again. */
  @Test
  void whoComesBackWithoutItsDiskIsTakenInAnew() {
    for (int seed = 0; seed < Integer.getInteger("comebacks", 10); seed++) {
      simulation = new Simulation(seed, message -> wire.decode(wire.encode(message)));
      SplittableRandom random = new SplittableRandom(seed);
      nodes.clear();
      for (int i = 0; i < 3; i++) {
        Node node = new Node(new Peer(Id.random(random), new Endpoint("10.0.0.2", 1_000 + i), i));
        nodes.add(node);
        node.start();
        simulation.run(Duration.ofMillis(random.nextInt(50, 4_000)));
      }
      assertThat(simulation.runUntil(this::isWhole, Duration.ofSeconds(40)))
          .as("seed %s grows: %s", seed, state())
          .isTrue();
      assertThat(nodes.get(0).put("key", "value").isOk()).isTrue();

      Peer before = nodes.get(2).peer;
      simulation.kill(before.id());
      simulation.run(Duration.ofMillis(random.nextInt(1, 8_000)));
      nodes.set(2, new Node(new Peer(before.id(), before.endpoint(), 99)));
      nodes.get(2).start();
      assertThat(simulation.runUntil(this::isWhole, Duration.ofSeconds(40)))
          .as("seed %s heals: %s", seed, state())
          .isTrue();
      assertThat(nodes.get(2).get("key").isOk()).isTrue();
    }
  }

  private boolean isWhole() {
    List<Peer> all = nodes.stream().map(node -> node.peer).toList();
    return nodes.stream()
        .allMatch(
            node ->
                node.replication.holdsAnything()
                    && node.replication.records().arcs().stream()
                        .allMatch(
                            arc -> arc.members().size() == 3 && arc.members().containsAll(all)));
  }

  private String state() {
    StringBuilder text = new StringBuilder();
    for (Node node : nodes) {
      text.append('\n').append(node.peer).append(' ').append(node.ring.leafSet());
      node.replication.records().arcs().forEach(arc -> text.append("\n   ").append(arc));
    }
    return text.toString();
  }
}
