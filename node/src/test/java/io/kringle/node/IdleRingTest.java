package io.kringle.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.kringle.replication.Write;
import io.kringle.ring.Bytes;
import io.kringle.ring.Codec;
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
import io.kringle.ring.World;
import io.kringle.ring.wire.KryoCodec;
import io.kringle.routing.Router;
import io.kringle.routing.RouterConfig;
import io.kringle.routing.RoutingMessage;
import io.kringle.store.engine.SimulatedDisk;
import io.kringle.testkit.Simulation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** What a ring costs that nobody asks for anything, with all layers and with the lower two. */
final class IdleRingTest {
  private static final int NODES = 100;
  private static final Duration SETTLING = Duration.ofMinutes(2);
  private static final Duration IDLE = Duration.ofMinutes(2);
  private static final int RECORDS = 1_000;
  private static final int SUBSCRIBERS = 200;
  private static final Id RING = Id.ofKey("ring");

  private final Codec codec = new KryoCodec(Schemas.all());
  private final Map<String, Integer> sent = new TreeMap<>();
  private final Simulation simulation = new Simulation(42, this::counted);
  private final SplittableRandom random = new SplittableRandom(42);
  private final List<NodeStack> stacks = new ArrayList<>();

  private Message counted(Message message) {
    String type = message.getClass().getSimpleName();
    if (message instanceof RoutingMessage.Hop hop) {
      type += "(" + codec.decode(hop.body().array()).getClass().getSimpleName() + ")";
    }
    sent.merge(type, 1, Integer::sum);
    return codec.decode(codec.encode(message));
  }

  /** Puts a node together, and tells how it goes in: with seeds, or without into a new ring. */
  @FunctionalInterface
  private interface Assembly {
    Entering assemble(World world, Peer self);
  }

  private record Entering(Inbound stack, BiConsumer<List<Endpoint>, Consumer<Result<Id>>> way) {}

  private void form(Assembly assembly) {
    List<Endpoint> seeds = new ArrayList<>();
    for (int number = 0; number < NODES; number++) {
      Peer peer = new Peer(Id.random(random), new Endpoint("node" + number, 7400), number);
      List<Entering> made = new ArrayList<>();
      simulation.start(
          peer,
          world -> {
            made.add(assembly.assemble(world, peer));
            return made.get(0).stack();
          });
      List<Result<Id>> entered = new ArrayList<>();
      made.get(0).way().accept(List.copyOf(seeds), entered::add);
      assertThat(simulation.runUntil(() -> !entered.isEmpty(), Duration.ofMinutes(1))).isTrue();
      if (seeds.size() < 3) {
        seeds.add(peer.endpoint());
      }
    }
  }

  /** Lets the ring settle, and then says what is sent per node and second, by type. */
  private Map<String, Double> rates(Duration settling, Duration idle) {
    simulation.run(settling);
    sent.clear();
    simulation.run(idle);
    Map<String, Double> rates = new TreeMap<>();
    sent.forEach((type, count) -> rates.put(type, count / (double) NODES / idle.toSeconds()));
    return rates;
  }

  private static double sum(Map<String, Double> rates) {
    return rates.values().stream().mapToDouble(Double::doubleValue).sum();
  }

  private Entering wholeNode(World world, Peer self) {
    NodeStack stack =
        new NodeStack(
            world,
            codec,
            self,
            StackConfig.DEFAULT,
            new SimulatedDisk().open(world),
            new RememberedPeers());
    stacks.add(stack);
    return new Entering(
        stack,
        (seeds, done) -> {
          if (seeds.isEmpty()) {
            stack.create(RING, seeds, done);
          } else {
            stack.join(seeds, done);
          }
        });
  }

  private Entering overlayNode(World world, Peer self) {
    Ring ring = new Ring(world, RingConfig.defaults(), self, new RememberedPeers());
    Router router = new Router(world, codec, ring, RouterConfig.DEFAULT);
    ring.pathfinder(router::towards);
    return new Entering(
        new Overlay(ring, router),
        (seeds, done) -> {
          if (seeds.isEmpty()) {
            ring.create(RING);
            done.accept(Result.ok(RING));
          } else {
            ring.join(seeds, done);
          }
        });
  }

  private record Overlay(Ring ring, Router router) implements Inbound {
    @Override
    public void received(Peer from, Message message) {
      if (message instanceof RoutingMessage routed) {
        router.received(from, routed);
      } else if (message instanceof RingMessage maintained) {
        ring.received(from, maintained);
      }
    }

    @Override
    public void unreachable(Peer peer, String reason) {
      ring.unreachable(peer, reason);
      router.unreachable(peer, reason);
    }

    @Override
    public void contactFailed(Endpoint endpoint, String reason) {
      ring.contactFailed(endpoint, reason);
    }
  }

  private void use(List<NodeStack> nodes) {
    List<Result<?>> done = new ArrayList<>();
    for (int i = 0; i < RECORDS; i++) {
      nodes
          .get(i % NODES)
          .store()
          .put("key" + i, Bytes.utf8("value"), Write.Condition.NONE, done::add);
    }
    for (int i = 0; i < SUBSCRIBERS; i++) {
      nodes.get(i % NODES).topics().subscribe("topic" + i % 10, event -> {}, done::add);
    }
    simulation.run(Duration.ofSeconds(30));
    assertThat(done).hasSize(RECORDS + SUBSCRIBERS).allMatch(Result::isOk);
  }

  private static Map<String, Double> overlay(Duration settling, Duration idle) {
    IdleRingTest ring = new IdleRingTest();
    ring.form(ring::overlayNode);
    return ring.rates(settling, idle);
  }

  private static Map<String, Double> whole(Duration settling, Duration idle) {
    IdleRingTest ring = new IdleRingTest();
    ring.form(ring::wholeNode);
    return ring.rates(settling, idle);
  }

  private static Map<String, Double> used(Duration settling, Duration idle) {
    IdleRingTest ring = new IdleRingTest();
    ring.form(ring::wholeNode);
    ring.use(ring.stacks);
    return ring.rates(settling, idle);
  }

  /** But for the edges of topics' trees, which are watched from both ends. */
  @Test
  void theLayersAboveRoutingAreSilentWhenNobodyAsksForAnything() {
    Map<String, Double> overlay = overlay(SETTLING, IDLE);
    Map<String, Double> used = used(SETTLING, IDLE);
    Map<String, Double> ofTrees = new TreeMap<>(used);
    ofTrees.keySet().retainAll(List.of("Beat", "Refresh"));

    assertThat(ofTrees).hasSize(2);
    assertThat(sum(used) - sum(ofTrees)).as(used.toString()).isLessThan(sum(overlay) * 1.1);
  }

  /** Prints the figures of docs/overlay.md. */
  public static void main(String[] arguments) {
    Duration minutes = Duration.ofMinutes(10);
    print("ring and routing", overlay(minutes, minutes));
    print("all layers", whole(minutes, minutes));
    print("all layers, with records and subscribers", used(minutes, minutes));
  }

  private static void print(String what, Map<String, Double> rates) {
    System.out.printf("%s: %.4f messages per node and second%n", what, sum(rates));
    rates.forEach((type, rate) -> System.out.printf("  %-40s %.4f%n", type, rate));
  }
}
