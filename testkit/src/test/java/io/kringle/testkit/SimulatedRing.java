package io.kringle.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.kringle.ring.Arc;
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
import io.kringle.ring.RingListener;
import io.kringle.ring.RingMessage;
import io.kringle.ring.RingMessages;
import io.kringle.ring.Schema;
import io.kringle.ring.World;
import io.kringle.ring.wire.KryoCodec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;

/**
 * Rings alone, without the layers above, on a simulation; and the dumb model that they are held
 * against.
 */
final class SimulatedRing {
  static final Id RING_ID = Id.ofKey("ring under test");

  final Simulation simulation;
  final RingConfig config;
  final RandomGenerator random;
  final Map<Id, Ring> rings = new LinkedHashMap<>();
  final Map<Id, RememberedPeers> memories = new LinkedHashMap<>();
  final Map<Id, Result<Id>> outcomes = new LinkedHashMap<>();
  final List<Departure> departures = new ArrayList<>();
  final List<Peer> peers = new ArrayList<>();

  /** One upcall. */
  record Departure(Peer at, Peer departed, boolean inherited) {}

  SimulatedRing(long seed) {
    this(seed, RingConfig.defaults());
  }

  SimulatedRing(long seed, RingConfig config) {
    this(seed, config, throughBytes());
  }

  private SimulatedRing(long seed, RingConfig config, UnaryOperator<Message> wire) {
    this.simulation = new Simulation(seed, wire);
    this.config = config;
    this.random = new SplittableRandom(seed);
  }

  private static UnaryOperator<Message> throughBytes() {
    Schema schema = new Schema();
    RingMessages.register(schema);
    Codec codec = new KryoCodec(schema);
    return message -> codec.decode(codec.encode(message));
  }

  /** A peer that is not started yet, at a place and an address of its own. */
  Peer newPeer() {
    int number = peers.size();
    Peer peer =
        new Peer(Id.random(random), new Endpoint("10.0.0." + number / 1000, 1 + number), number);
    peers.add(peer);
    return peer;
  }

  /** The first node, which makes the ring. */
  Peer create() {
    Peer peer = newPeer();
    start(peer, ring -> ring.create(RING_ID));
    return peer;
  }

  Peer join(Peer... seeds) {
    Peer peer = newPeer();
    joinAs(peer, seeds);
    return peer;
  }

  void joinAs(Peer peer, Peer... seeds) {
    start(peer, ring -> ring.join(endpoints(List.of(seeds)), outcomeOf(peer)));
  }

  void resume(Peer peer, Peer... seeds) {
    start(peer, ring -> ring.resume(RING_ID, endpoints(List.of(seeds)), outcomeOf(peer)));
  }

  private Consumer<Result<Id>> outcomeOf(Peer peer) {
    outcomes.remove(peer.id());
    return result -> assertThat(outcomes.put(peer.id(), result)).as("told once").isNull();
  }

  static List<Endpoint> endpoints(List<Peer> peers) {
    return peers.stream().map(Peer::endpoint).toList();
  }

  /**
   * Starts a node with what it remembers, which is read back from a snapshot as after a restart.
   */
  void start(Peer peer, Consumer<Ring> enter) {
    RememberedPeers before = memories.getOrDefault(peer.id(), new RememberedPeers());
    RememberedPeers memory = new RememberedPeers(before.snapshot());
    memories.put(peer.id(), memory);
    simulation.start(
        peer,
        world -> {
          World checked = new CheckedWorld(world, () -> rings.get(peer.id()).checkInvariants());
          Ring ring = new Ring(checked, config, peer, memory);
          rings.put(peer.id(), ring);
          ring.listen(new Recorder(peer));
          enter.accept(ring);
          return new Entry(ring);
        });
  }

  /** A ring of {@code size}, joined at random times within {@code within}; settled. */
  static SimulatedRing of(long seed, int size, RingConfig config, Duration within) {
    return grown(new SimulatedRing(seed, config), size, within);
  }

  /** The same with messages handed over as they are, which spares the codec. */
  static SimulatedRing byReference(long seed, int size) {
    RingConfig config = RingConfig.defaults();
    SimulatedRing ring = new SimulatedRing(seed, config, UnaryOperator.identity());
    return grown(ring, size, Duration.ofMillis(200L * size));
  }

  private static SimulatedRing grown(SimulatedRing ring, int size, Duration within) {
    Peer first = ring.create();
    for (int i = 1; i < size; i++) {
      ring.simulation.run(within.dividedBy(size));
      ring.join(ring.random.nextBoolean() ? first : ring.peers.get(ring.random.nextInt(i)), first);
    }
    ring.awaitExact(Duration.ofSeconds(60));
    return ring;
  }

  static SimulatedRing of(long seed, int size) {
    return of(seed, size, RingConfig.defaults(), Duration.ofMillis(200L * size));
  }

  Ring ring(Peer peer) {
    return rings.get(peer.id());
  }

  List<Peer> live() {
    return simulation.live().stream().map(SimulatedNode::peer).toList();
  }

  /** Lets time pass until every live node knows exactly its place; how long it took. */
  Duration awaitExact(Duration limit) {
    long start = simulation.now();
    long end = start + limit.toNanos();
    while (simulation.now() < end && !isExact(live())) {
      simulation.run(Duration.ofMillis(100));
    }
    assertExact(live());
    return Duration.ofNanos(simulation.now() - start);
  }

  boolean isExact(Collection<Peer> members) {
    List<Peer> sorted = sorted(members);
    return members.stream().allMatch(peer -> ring(peer).isActive() && isExact(sorted, peer));
  }

  private boolean isExact(List<Peer> sorted, Peer peer) {
    return ring(peer).leafSet().clockwise().equals(neighbours(sorted, peer, 1))
        && ring(peer).leafSet().counterClockwise().equals(neighbours(sorted, peer, -1));
  }

  /** Every leaf set against the sorted list of those that live, and the arcs against the circle. */
  void assertExact(Collection<Peer> members) {
    List<Peer> sorted = sorted(members);
    for (Peer peer : members) {
      String what = "seed " + simulation.seed() + ", " + peer + " of " + members.size();
      assertThat(ring(peer).isActive()).as(what + " active").isTrue();
      assertThat(ring(peer).leafSet().clockwise()).as(what).isEqualTo(neighbours(sorted, peer, 1));
      assertThat(ring(peer).leafSet().counterClockwise())
          .as(what)
          .isEqualTo(neighbours(sorted, peer, -1));
    }
    for (int i = 0; i < sorted.size(); i++) {
      Arc arc = ring(sorted.get(i)).leafSet().arc();
      Arc next = ring(sorted.get((i + 1) % sorted.size())).leafSet().arc();
      assertThat(arc.to()).as("seed %d: arcs meet", simulation.seed()).isEqualTo(next.from());
    }
  }

  private static List<Peer> sorted(Collection<Peer> members) {
    return members.stream().sorted(Comparator.comparing(Peer::id)).toList();
  }

  /** The deliberately dumb model: walk along a sorted list. */
  private List<Peer> neighbours(List<Peer> sorted, Peer of, int direction) {
    int at = sorted.indexOf(of);
    List<Peer> walked = new ArrayList<>();
    for (int i = 1; i <= Math.min(config.leafSetSize() / 2, sorted.size() - 1); i++) {
      walked.add(sorted.get(Math.floorMod(at + direction * i, sorted.size())));
    }
    return walked;
  }

  private final class Recorder implements RingListener {
    private final Peer at;

    Recorder(Peer at) {
      this.at = at;
    }

    @Override
    public void departed(Peer peer, boolean inherited) {
      departures.add(new Departure(at, peer, inherited));
    }
  }

  private record Entry(Ring ring) implements Inbound {
    @Override
    public void received(Peer from, Message message) {
      ring.received(from, (RingMessage) message);
      ring.checkInvariants();
    }

    @Override
    public void unreachable(Peer peer, String reason) {
      ring.unreachable(peer, reason);
      ring.checkInvariants();
    }

    @Override
    public void contactFailed(Endpoint endpoint, String reason) {
      ring.contactFailed(endpoint, reason);
      ring.checkInvariants();
    }
  }
}
