package io.kringle.node.sim;

import io.kringle.node.Schemas;
import io.kringle.node.StackConfig;
import io.kringle.ring.Codec;
import io.kringle.ring.Endpoint;
import io.kringle.ring.Id;
import io.kringle.ring.Message;
import io.kringle.ring.Peer;
import io.kringle.ring.RememberedPeers;
import io.kringle.ring.Result;
import io.kringle.ring.wire.KryoCodec;
import io.kringle.store.engine.SimulatedDisk;
import io.kringle.testkit.Latencies;
import io.kringle.testkit.Simulation;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.LongConsumer;

/**
 * A ring of whole nodes, with every layer and the groups that keep the topics, which forms by joins
 * and to which nothing happens.
 */
final class TreesRing {
  private static final Duration BETWEEN_JOINS = Duration.ofMillis(20);
  private static final Duration LONGEST_FORMING = Duration.ofMinutes(3);
  private static final Duration LOOK = Duration.ofSeconds(5);
  private static final int DOORS = 3;

  /** Up to here all messages go through their bytes; on larger rings only every so many do. */
  private static final int SMALL = 200;

  private static final int SAMPLED = 64;

  private final int size;
  private final SplittableRandom random;
  private final Codec codec = new KryoCodec(Schemas.all());
  private final Simulation simulation;
  private final List<StackNode> joined = new ArrayList<>();
  private final TreeMap<Id, StackNode> byId = new TreeMap<>();
  private Optional<String> refused = Optional.empty();
  private long sent;

  /**
   * No node yet.
   *
   * @throws IOException if the latencies cannot be read, naming the file and the line
   */
  TreesRing(TreesPlan plan) throws IOException {
    size = plan.nodes();
    random = new SplittableRandom(plan.seed());
    Latencies latencies =
        plan.latencies().isPresent()
            ? Latencies.matrix(plan.latencies().get())
            : Latencies.euclid(plan.seed());
    simulation = new Simulation(plan.seed(), latencies, this::onItsWay);
  }

  private Message onItsWay(Message message) {
    sent++;
    boolean throughBytes = size <= SMALL || sent % SAMPLED == 0;
    return throughBytes ? codec.decode(codec.encode(message)) : message;
  }

  Simulation simulation() {
    return simulation;
  }

  /** Those that have joined. */
  List<StackNode> nodes() {
    return List.copyOf(joined);
  }

  static Id id(StackNode node) {
    return node.ring().self().id();
  }

  /**
   * Lets the nodes join, until each leads the arc that is its own.
   *
   * @param progress is told how many are active
   * @throws IllegalStateException if that does not come to pass
   */
  void form(LongConsumer progress) {
    for (int i = 0; i < size; i++) {
      start(new Peer(Id.random(random), new Endpoint("node-" + i, 7400), 1));
      simulation.run(BETWEEN_JOINS);
      progress.accept(joined.size());
    }
    long end = simulation.now() + LONGEST_FORMING.toNanos();
    Optional<String> wrong = unformed();
    while (wrong.isPresent() && simulation.now() < end) {
      simulation.run(LOOK);
      progress.accept(joined.size());
      wrong = unformed();
    }
    wrong.ifPresent(
        why -> {
          throw new IllegalStateException(why);
        });
  }

  private void start(Peer peer) {
    List<Endpoint> doors = doors();
    SimulatedDisk disk = new SimulatedDisk();
    simulation.start(
        peer,
        world -> {
          StackNode node =
              new StackNode(
                  world, codec, peer, StackConfig.DEFAULT, new RememberedPeers(), disk.open(world));
          if (doors.isEmpty()) {
            node.create(Id.random(random));
            entered(node, Result.ok(peer.id()));
          } else {
            node.join(doors, result -> entered(node, result));
          }
          return node;
        });
  }

  private List<Endpoint> doors() {
    List<Endpoint> doors = new ArrayList<>();
    for (int i = 0; i < Math.min(DOORS, joined.size()); i++) {
      doors.add(joined.get(random.nextInt(joined.size())).ring().self().endpoint());
    }
    return doors;
  }

  private void entered(StackNode node, Result<Id> result) {
    if (result.isOk()) {
      joined.add(node);
      byId.put(id(node), node);
    } else {
      refused = Optional.of(node.ring().self() + " did not get in: " + result);
    }
  }

  private Optional<String> unformed() {
    if (refused.isPresent() || joined.size() < size) {
      return refused.or(() -> Optional.of(size - joined.size() + " nodes are not in the ring"));
    }
    long idle = joined.stream().filter(node -> !leads(node, id(node))).count();
    return idle == 0
        ? Optional.empty()
        : Optional.of(idle + " nodes do not lead the arc that is theirs");
  }

  private static boolean leads(StackNode node, Id key) {
    return node.arcs().stream()
        .filter(arc -> arc.arc().contains(key))
        .anyMatch(arc -> arc.daddy().filter(id(node)::equals).isPresent());
  }

  /**
   * The root of a topic: the closest node, which leads the arc of the topic's id.
   *
   * @throws IllegalStateException if it does not
   */
  StackNode root(String topic) {
    Id key = Id.ofKey(topic);
    StackNode below =
        Optional.ofNullable(byId.floorEntry(key)).orElseGet(byId::lastEntry).getValue();
    StackNode above =
        Optional.ofNullable(byId.ceilingEntry(key)).orElseGet(byId::firstEntry).getValue();
    StackNode root = key.isCloserTo(id(below), id(above)) ? below : above;
    if (!leads(root, key)) {
      throw new IllegalStateException(root.ring().self() + " does not lead " + topic);
    }
    return root;
  }
}
