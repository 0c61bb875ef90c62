package io.kringle.pubsub;

import static org.assertj.core.api.Assertions.assertThat;

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
import io.kringle.ring.RingMessages;
import io.kringle.ring.RingView;
import io.kringle.ring.Schema;
import io.kringle.ring.World;
import io.kringle.ring.wire.KryoCodec;
import io.kringle.routing.Router;
import io.kringle.routing.RouterConfig;
import io.kringle.routing.RoutingMessage;
import io.kringle.routing.RoutingMessages;
import io.kringle.testkit.CheckedWorld;
import io.kringle.testkit.SimulatedNode;
import io.kringle.testkit.Simulation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Simulated nodes with routers and topics, over a ring that is given or over the real one. Messages
 * travel as bytes; the invariants of the topics are checked after each step of a node.
 */
final class Cluster {
  static final String TOPIC = "news";
  private static final Id RING_ID = Id.ofKey("ring");
  private static final int LEAVES = 8;

  final Simulation simulation;
  final List<Node> nodes = new ArrayList<>();
  private final SplittableRandom random;
  private final Codec codec = new KryoCodec(schema());
  private final TopicsConfig config;
  final FakeLedgers.Shared ledgers = new FakeLedgers.Shared(this::closestTo);

  private Cluster(long seed, TopicsConfig config) {
    this.simulation = new Simulation(seed, message -> codec.decode(codec.encode(message)));
    this.random = new SplittableRandom(seed);
    this.config = config;
  }

  static Schema schema() {
    Schema schema = new Schema();
    RingMessages.register(schema);
    RoutingMessages.register(schema);
    TopicMessages.register(schema);
    return schema;
  }

  /** On a ring that never changes. */
  static Cluster fixed(long seed, int size, TopicsConfig config) {
    Cluster cluster = new Cluster(seed, config);
    List<Peer> peers = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      peers.add(cluster.newPeer(i));
    }
    peers.forEach(peer -> cluster.start(peer, world -> FixedRing.of(peer, peers, LEAVES)));
    return cluster;
  }

  static Cluster fixed(long seed, int size) {
    return fixed(seed, size, TopicsConfig.DEFAULT);
  }

  /** On a real ring, settled. */
  static Cluster real(long seed, int size) {
    Cluster cluster = new Cluster(seed, TopicsConfig.DEFAULT);
    for (int i = 0; i < size; i++) {
      cluster.addReal();
    }
    cluster.run(5);
    return cluster;
  }

  Node addReal() {
    Peer peer = newPeer(nodes.size());
    List<Endpoint> seeds =
        nodes.stream().filter(Node::isUp).map(node -> node.peer.endpoint()).toList();
    Node node =
        start(peer, world -> new Ring(world, RingConfig.defaults(), peer, new RememberedPeers()));
    Ring ring = (Ring) node.ring;
    if (seeds.isEmpty()) {
      ring.create(RING_ID);
    } else {
      ring.join(seeds, joined -> assertThat(joined.isOk()).as(joined.toString()).isTrue());
    }
    simulation.runUntil(ring::isActive, Duration.ofSeconds(30));
    return node;
  }

  private Peer newPeer(int number) {
    return new Peer(Id.random(random), new Endpoint("10.0.0.1", 1 + number), number);
  }

  private Node start(Peer peer, Function<World, RingView> ring) {
    List<Node> started = new ArrayList<>();
    simulation.start(
        peer,
        world -> {
          Node node = new Node(peer, world, ring);
          started.add(node);
          return node;
        });
    nodes.add(started.get(0));
    return started.get(0);
  }

  void run(double seconds) {
    simulation.run(Duration.ofNanos((long) (seconds * 1e9)));
  }

  List<Node> live() {
    return nodes.stream().filter(Node::isUp).toList();
  }

  /** The live node that a dumb search finds closest. */
  Node rootOf(String topic) {
    Peer root = closestTo(Id.ofKey(topic));
    return nodes.stream().filter(node -> node.peer.equals(root)).findFirst().orElseThrow();
  }

  private Peer closestTo(Id key) {
    return simulation.live().stream()
        .map(SimulatedNode::peer)
        .reduce((best, peer) -> key.isCloserTo(peer.id(), best.id()) ? peer : best)
        .orElseThrow();
  }

  /** Someone subscribes at every node; all are confirmed when this returns. */
  List<Listener> subscribeAll() {
    List<Listener> listeners = new ArrayList<>();
    live().forEach(node -> listeners.add(node.subscribe(TOPIC)));
    awaitConfirmed(listeners);
    return listeners;
  }

  void awaitConfirmed(List<Listener> listeners) {
    simulation.runUntil(
        () -> listeners.stream().allMatch(Listener::isConfirmed), Duration.ofSeconds(10));
    assertThat(listeners).as(this::toString).allMatch(Listener::isConfirmed);
  }

  @Override
  public String toString() {
    return "seed " + simulation.seed();
  }

  /** One node. */
  final class Node implements Inbound {
    final Peer peer;
    final RingView ring;
    final Router router;
    final Topics topics;
    final Broadcasts broadcasts;
    final List<String> heard = new ArrayList<>();
    private boolean assembled;

    Node(Peer peer, World world, Function<World, RingView> makeRing) {
      World checked = new CheckedWorld(world, this::check);
      this.peer = peer;
      this.ring = makeRing.apply(checked);
      this.router = new Router(checked, codec, ring, RouterConfig.DEFAULT);
      if (ring instanceof Ring real) {
        real.pathfinder((target, usable) -> router.nextHop(target).filter(usable));
      }
      this.topics =
          new Topics(checked, ring, router, new FakeLedgers(checked, peer, ledgers), config);
      this.broadcasts = new Broadcasts(checked, ring, router, config.maxPayload());
      broadcasts.listen(message -> heard.add(message.payload().toUtf8()));
      assembled = true;
    }

    boolean isUp() {
      return simulation.live().stream().anyMatch(live -> live.peer().equals(peer));
    }

    Listener subscribe(String topic) {
      Listener listener = new Listener(this);
      topics.subscribe(topic, listener, listener::subscribed);
      return listener;
    }

    Taker subscribe(SubscribeOptions options) {
      Taker taker = new Taker(simulation);
      topics.subscribe(TOPIC, taker, options, taker);
      return taker;
    }

    Outcome<Messaging.Published> publish(String topic, String text) {
      Outcome<Messaging.Published> outcome = new Outcome<>();
      topics.publish(topic, Bytes.utf8(text), outcome);
      return outcome;
    }

    Outcome<Bytes> anycast(String topic, String text) {
      Outcome<Bytes> outcome = new Outcome<>();
      topics.anycast(
          topic, Bytes.utf8(text), AnycastOptions.DEFAULT.within(Duration.ofSeconds(20)), outcome);
      return outcome;
    }

    Outcome<Bytes> anycast(String topic, String text, AnycastOptions options) {
      Outcome<Bytes> outcome = new Outcome<>();
      topics.anycast(topic, Bytes.utf8(text), options, outcome);
      return outcome;
    }

    Outcome<Takers> manycast(String topic, String text, int takers, AnycastOptions options) {
      Outcome<Takers> outcome = new Outcome<>();
      topics.manycast(topic, Bytes.utf8(text), takers, options, outcome);
      return outcome;
    }

    Worker join(String topic, String group, GroupOptions options) {
      Worker worker = new Worker(this);
      topics.join(topic, group, worker, options, worker.joined);
      return worker;
    }

    Outcome<Broadcasting.Reach> broadcast(String text) {
      Outcome<Broadcasting.Reach> outcome = new Outcome<>();
      broadcasts.broadcast(Bytes.utf8(text), Duration.ofSeconds(10), outcome);
      return outcome;
    }

    private void check() {
      if (assembled) {
        topics.checkInvariants();
        broadcasts.checkInvariants();
      }
    }

    @Override
    public void received(Peer from, Message message) {
      if (message instanceof RoutingMessage routing) {
        router.received(from, routing);
      } else if (message instanceof RingMessage forRing) {
        ((Ring) ring).received(from, forRing);
      } else if (message instanceof RingWideMessage ringWide) {
        broadcasts.received(from, ringWide);
      } else {
        topics.received(from, (TopicMessage) message);
      }
      check();
    }

    @Override
    public void unreachable(Peer lost, String reason) {
      if (ring instanceof Ring real) {
        real.unreachable(lost, reason);
      }
      router.unreachable(lost, reason);
      topics.unreachable(lost, reason);
      check();
    }

    @Override
    public void contactFailed(Endpoint endpoint, String reason) {
      ((Ring) ring).contactFailed(endpoint, reason);
    }

    @Override
    public String toString() {
      return peer.toString();
    }
  }

  /**
   * A subscriber that writes down what it is told; it takes every anycast unless it is told
   * otherwise.
   */
  static final class Listener implements Messaging.Subscriber {
    final Node node;
    final List<String> texts = new ArrayList<>();
    final List<Long> sequences = new ArrayList<>();
    final List<String> offers = new ArrayList<>();
    final List<Result<Messaging.Subscription>> subscriptions = new ArrayList<>();
    Consumer<Consumer<Result<Bytes>>> decision =
        decide -> decide.accept(Result.ok(Bytes.utf8("done")));

    Listener(Node node) {
      this.node = node;
    }

    void subscribed(Result<Messaging.Subscription> result) {
      subscriptions.add(result);
      assertThat(subscriptions).as("told once").hasSize(1);
    }

    boolean isConfirmed() {
      return subscriptions.size() == 1 && subscriptions.get(0).isOk();
    }

    void cancel(Runnable done) {
      ((Result.Ok<Messaging.Subscription>) subscriptions.get(0)).value().cancel(done);
    }

    @Override
    public void received(Messaging.Event event) {
      texts.add(event.payload().toUtf8());
      sequences.add(event.sequence());
    }

    @Override
    public void offered(Messaging.Event event, Consumer<Result<Bytes>> decide) {
      offers.add(event.payload().toUtf8());
      decision.accept(decide);
    }

    @Override
    public String toString() {
      return node + " " + subscriptions + " got " + texts;
    }
  }

  /** A member of a group; it acknowledges at once unless it is told otherwise. */
  static final class Worker implements Messaging.Member {
    final Node node;
    final Outcome<Messaging.Membership> joined = new Outcome<>();
    final List<Long> sequences = new ArrayList<>();
    final List<Bytes> payloads = new ArrayList<>();
    Consumer<Consumer<Boolean>> work = handled -> handled.accept(true);

    Worker(Node node) {
      this.node = node;
    }

    boolean hasJoined() {
      return joined.result != null && joined.result.isOk();
    }

    @Override
    public void handed(Messaging.Event event, Consumer<Boolean> handled) {
      assertThat(hasJoined()).as("a member of its group").isTrue();
      sequences.add(event.sequence());
      payloads.add(event.payload());
      work.accept(handled);
    }

    @Override
    public String toString() {
      return node + " " + joined + " got " + sequences;
    }
  }

  /** What a callback was told: once. */
  static final class Outcome<T> implements Consumer<Result<T>> {
    @Nullable Result<T> result;

    @Override
    public void accept(Result<T> told) {
      assertThat(result).as("told once").isNull();
      result = told;
    }

    T value() {
      assertThat(result).isInstanceOf(Result.Ok.class);
      return ((Result.Ok<T>) result).value();
    }

    @Override
    public String toString() {
      return String.valueOf(result);
    }
  }
}
