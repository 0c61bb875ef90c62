package io.kringle.routing;

import io.kringle.ring.Endpoint;
import io.kringle.ring.Id;
import io.kringle.ring.Inbound;
import io.kringle.ring.Message;
import io.kringle.ring.Peer;
import io.kringle.ring.Result;
import io.kringle.ring.Timer;
import io.kringle.ring.World;
import io.kringle.testkit.SimulatedNode;
import io.kringle.testkit.Simulation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * Simulated routers over a ring that is given; after each step the invariants of the router are
 * checked.
 */
final class TestRing {
  static final int LEAVES = 8;

  final Simulation simulation;
  final List<Peer> peers;
  final List<Node> nodes = new ArrayList<>();
  final Map<Class<?>, Integer> sent = new LinkedHashMap<>();
  private final Set<Id> dead = new LinkedHashSet<>();
  private final List<Message> heap = ReferenceCodec.heap();
  private final RouterConfig config;
  private final boolean checked;

  TestRing(long seed, List<Id> ids, RouterConfig config, boolean checked) {
    this.config = config;
    this.checked = checked;
    this.simulation = new Simulation(seed, this::count);
    this.peers = peers(ids);
    for (int i = 0; i < peers.size(); i++) {
      nodes.add(new Node(i));
    }
  }

  static TestRing of(int size) {
    return of(size, RouterConfig.DEFAULT);
  }

  static TestRing of(int size, RouterConfig config) {
    return new TestRing(7, ids(7, size), config, true);
  }

  static List<Id> ids(long seed, int count) {
    SplittableRandom random = new SplittableRandom(seed);
    List<Id> ids = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      ids.add(Id.random(random));
    }
    return ids;
  }

  static List<Peer> peers(List<Id> ids) {
    List<Peer> peers = new ArrayList<>();
    for (Id id : ids) {
      peers.add(new Peer(id, new Endpoint("node-" + id, 1), 1));
    }
    peers.sort(Comparator.comparing(Peer::id));
    return List.copyOf(peers);
  }

  private Message count(Message message) {
    sent.merge(message.getClass(), 1, Integer::sum);
    return message;
  }

  /** Every router knows every node that finds room in its table. */
  TestRing fillTables() {
    for (Node node : nodes) {
      peers.forEach(node.router::know);
    }
    return this;
  }

  /** The node that a dumb search finds closest. */
  Node owner(Id key) {
    Node best = nodes.get(0);
    for (Node node : nodes) {
      if (key.isCloserTo(node.peer.id(), best.peer.id())) {
        best = node;
      }
    }
    return best;
  }

  void vanish(Node node) {
    dead.add(node.peer.id());
    simulation.vanish(node.peer.id());
  }

  Node node(Peer peer) {
    return nodes.get(peers.indexOf(peer));
  }

  /** Everybody finds out that nodes are dead which have vanished. */
  void bury(List<Node> vanished) {
    vanished.forEach(node -> dead.add(node.peer.id()));
    for (Node node : nodes) {
      if (!vanished.contains(node)) {
        vanished.forEach(gone -> node.ring.suspect(gone.peer));
      }
    }
  }

  /** The owner among those that are not dead. */
  Node heir(Id key) {
    Node best = nodes.get(0);
    for (Node node : nodes) {
      if (!dead.contains(node.peer.id()) && key.isCloserTo(node.peer.id(), best.peer.id())) {
        best = node;
      }
    }
    return best;
  }

  void kill(Node node) {
    dead.add(node.peer.id());
    simulation.kill(node.peer.id());
  }

  int messages() {
    return sent.values().stream().mapToInt(Integer::intValue).sum();
  }

  int sent(Class<? extends RoutingMessage> type) {
    return sent.getOrDefault(type, 0);
  }

  void run(Duration duration) {
    simulation.run(duration);
  }

  /** One router, and what its handler has seen. */
  final class Node implements Inbound {
    final Peer peer;
    final FixedRing ring;
    final ReferenceCodec codec;
    final SimulatedNode process;
    final Router router;
    final List<Delivery> deliveries = new ArrayList<>();
    final List<String> words = new ArrayList<>();
    final Set<Id> full = new LinkedHashSet<>();
    World world;

    Node(int index) {
      peer = peers.get(index);
      ring = FixedRing.at(index, peers, LEAVES, dead::contains);
      codec = new ReferenceCodec(heap, index % 2 == 0);
      process =
          simulation.start(
              peer,
              real -> {
                world = new CheckedWorld(real);
                return this;
              });
      router = new Router(world, codec, ring, config);
    }

    /** Handles words by answering with the same word, in the same step. */
    Node echo() {
      router.onDeliver(
          Word.class,
          (delivery, word, responder) -> {
            deliveries.add(delivery);
            words.add(word.text());
            responder.reply(word);
          });
      return this;
    }

    Answers ask(Id key, String text) {
      return ask(key, text, AskOptions.DEFAULT);
    }

    Answers ask(Id key, String text, AskOptions options) {
      Answers answers = new Answers(simulation);
      router.ask(key, new Word(text), options, answers);
      return answers;
    }

    Answers ask(Peer to, String text) {
      Answers answers = new Answers(simulation);
      router.ask(to, new Word(text), AskOptions.DEFAULT, answers);
      return answers;
    }

    @Override
    public void received(Peer from, Message message) {
      router.received(from, (RoutingMessage) message);
      check();
    }

    @Override
    public void unreachable(Peer lost, String reason) {
      router.unreachable(lost, reason);
      check();
    }

    @Override
    public void contactFailed(Endpoint endpoint, String reason) {
      throw new AssertionError("routing contacts nobody");
    }

    private void check() {
      if (checked) {
        router.checkInvariants();
      }
    }

    private final class CheckedWorld implements World {
      private final World real;

      CheckedWorld(World real) {
        this.real = real;
      }

      @Override
      public long now() {
        return real.now();
      }

      @Override
      public RandomGenerator random() {
        return real.random();
      }

      @Override
      public Timer after(Duration delay, Runnable task) {
        return real.after(
            delay,
            () -> {
              task.run();
              check();
            });
      }

      @Override
      public boolean send(Peer to, Message message) {
        return !full.contains(to.id()) && real.send(to, message);
      }

      @Override
      public void contact(Endpoint to, Message message) {
        throw new AssertionError("routing contacts nobody");
      }
    }
  }

  /** What a request's callback was called with, and when. */
  static final class Answers implements java.util.function.Consumer<Result<Message>> {
    final List<Result<Message>> all = new ArrayList<>();
    private final Simulation simulation;
    long at;

    Answers(Simulation simulation) {
      this.simulation = simulation;
    }

    @Override
    public void accept(Result<Message> result) {
      all.add(result);
      at = simulation.now();
    }

    Result<Message> only() {
      if (all.size() != 1) {
        throw new AssertionError("called " + all.size() + " times: " + all);
      }
      return all.get(0);
    }

    boolean isOnly(String word) {
      return only().equals(Result.ok(new Word(word)));
    }

    io.kringle.ring.Failure.Kind failure() {
      return only().fold(ok -> null, io.kringle.ring.Failure::kind);
    }
  }
}
