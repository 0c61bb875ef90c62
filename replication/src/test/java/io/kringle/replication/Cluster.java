package io.kringle.replication;

import io.kringle.ring.Arc;
import io.kringle.ring.Bytes;
import io.kringle.ring.Endpoint;
import io.kringle.ring.Id;
import io.kringle.ring.Inbound;
import io.kringle.ring.Message;
import io.kringle.ring.Peer;
import io.kringle.ring.Result;
import io.kringle.ring.Schema;
import io.kringle.ring.World;
import io.kringle.ring.wire.KryoCodec;
import io.kringle.testkit.CheckedWorld;
import io.kringle.testkit.Latencies;
import io.kringle.testkit.Simulation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;

/**
 * Nodes with disks, under a ring that is told by the test who lives, and checks after each step of
 * each node.
 */
final class Cluster {
  static final Duration PATIENCE = Duration.ofSeconds(5);

  final Simulation simulation;
  final RandomGenerator random;
  private final ReplicationConfig config;
  private final Map<Id, Node> nodes = new TreeMap<>();
  private final List<Node> byNumber = new ArrayList<>();
  private final Map<Place, Peer> leaders = new HashMap<>();
  private final Map<Place, Bytes> committed = new HashMap<>();
  private final KryoCodec checker = codec();
  private final Set<Id> left = new LinkedHashSet<>();
  private final PriorityQueue<Task> tasks =
      new PriorityQueue<>(Comparator.comparingLong(Task::at).thenComparingInt(Task::order));
  private int done;
  private Set<Id> cutOff = new LinkedHashSet<>();

  /** Sees every message that is sent. */
  Consumer<Message> tap = message -> {};

  Cluster(long seed) {
    this(seed, ReplicationConfig.DEFAULT);
  }

  Cluster(long seed, ReplicationConfig config) {
    this(config, seed, wire -> new Simulation(seed, wire));
  }

  /** The same with nodes that are as far from each other. */
  Cluster(long seed, ReplicationConfig config, Latencies latencies) {
    this(config, seed, wire -> new Simulation(seed, latencies, wire));
  }

  private Cluster(
      ReplicationConfig config,
      long seed,
      Function<UnaryOperator<Message>, Simulation> simulation) {
    this.config = config;
    this.random = new SplittableRandom(seed);
    KryoCodec wire = codec();
    this.simulation =
        simulation.apply(
            message -> {
              tap.accept(message);
              return wire.decode(wire.encode(message));
            });
  }

  static KryoCodec codec() {
    Schema schema = new Schema().add(1, Peer.class).add(2, Endpoint.class);
    ReplicationMessages.register(schema);
    schema.add(1_000, FakeRouting.Request.class).add(1_001, FakeRouting.Reply.class);
    return new KryoCodec(schema);
  }

  /** One node, over all of its lives. */
  final class Node {
    final int number;
    Peer peer;
    Disk disk = new Disk();
    boolean up;
    FakeRing ring;
    Replication replication;
    private FakeRouting routing;
    private World world;
    private final Map<Long, Long> checked = new HashMap<>();

    Node(int number) {
      this.number = number;
      this.peer =
          new Peer(Id.ofKey("node " + number), new Endpoint("10.0.0.1", 1_000 + number), number);
    }

    void start(boolean first) {
      up = true;
      left.remove(peer.id());
      ring = new FakeRing(peer);
      simulation.start(peer, this::assemble);
      if (first) {
        replication.bootstrap();
      }
      ringChanges();
    }

    private Inbound assemble(World bare) {
      world = new CheckedWorld(bare, this::check);
      KryoCodec codec = codec();
      routing = new FakeRouting(world, codec, ring, key -> closest(this, key));
      replication = new Replication(world, codec, ring, routing, config, disk.open(world));
      replication.start();
      return new Inbound() {
        @Override
        public void received(Peer from, Message message) {
          if (message instanceof ReplicationMessage ours) {
            replication.received(from, ours);
          } else {
            routing.received(from, message);
          }
          check();
        }

        @Override
        public void unreachable(Peer other, String reason) {
          routing.unreachable(other);
          replication.unreachable(other, reason);
          check();
        }

        @Override
        public void contactFailed(Endpoint endpoint, String reason) {}
      };
    }

    private void check() {
      replication.checkInvariants();
      for (Group group : replication.groups()) {
        if (group.isLeader()) {
          Peer known = leaders.putIfAbsent(new Place(group.arc, group.epoch()), peer);
          if (known != null && !Configuration.same(known, peer)) {
            throw new IllegalStateException("two daddies of " + group + ": " + known);
          }
        }
        Long before = checked.put(group.arc, group.commit());
        boolean further = before == null || before != group.commit();
        if (further && group.commit() > group.log.base()) {
          Entry entry = group.log.entry(group.commit());
          Bytes bytes = Bytes.of(checker.encode(entry));
          Bytes known = committed.putIfAbsent(new Place(group.arc, group.commit()), bytes);
          if (known != null && !known.equals(bytes)) {
            throw new IllegalStateException(group + " has another entry at " + group.commit());
          }
        }
      }
    }

    void kill() {
      up = false;
      simulation.kill(peer.id());
      disk.crash(random);
      ringChanges();
    }

    void restart() {
      start(false);
    }

    /** Comes back with an empty disk: the same id, another incarnation. */
    void restartAsStranger() {
      disk = new Disk();
      peer = new Peer(peer.id(), peer.endpoint(), peer.incarnation() + 1_000);
      start(false);
    }

    void leave() {
      replication.handOver(
          () -> {
            left.add(peer.id());
            world.after(
                Duration.ofMillis(1),
                () -> {
                  up = false;
                  simulation.kill(peer.id());
                  disk.crash(random);
                  ringChanges();
                });
          });
    }

    Answer<WriteOutcome> write(Write write, Duration timeout) {
      Answer<WriteOutcome> answer = new Answer<>();
      world.after(Duration.ZERO, () -> replication.records().write(write, timeout, answer));
      return answer;
    }

    Answer<Versioned> read(String key, Duration timeout) {
      Answer<Versioned> answer = new Answer<>();
      world.after(Duration.ZERO, () -> replication.records().read(key, timeout, answer));
      return answer;
    }

    /** Writes, and lets time pass until it is answered. */
    Result<WriteOutcome> put(String key, String value) {
      return put(key, Write.Condition.NONE, value);
    }

    Result<WriteOutcome> put(String key, Write.Condition condition, String value) {
      return wait(write(new Write(key, condition, Optional.of(Bytes.utf8(value))), PATIENCE));
    }

    Result<WriteOutcome> delete(String key) {
      return wait(write(new Write(key, Write.Condition.NONE, Optional.empty()), PATIENCE));
    }

    Result<Versioned> get(String key) {
      return wait(read(key, PATIENCE));
    }

    Result<Versioned> getStale(String key) {
      Answer<Versioned> answer = new Answer<>();
      world.after(Duration.ZERO, () -> replication.records().readStale(key, PATIENCE, answer));
      return wait(answer);
    }

    Result<Scan.Page> scan(Scan scan) {
      Answer<Scan.Page> answer = new Answer<>();
      world.after(Duration.ZERO, () -> replication.records().scan(scan, PATIENCE, answer));
      return wait(answer);
    }

    Result<Recovery> recover(long arc, Recovery.Consent consent) {
      Answer<Recovery> answer = new Answer<>();
      world.after(Duration.ZERO, () -> replication.recover(arc, consent, answer));
      return wait(answer);
    }

    /** Calls, and lets time pass until it is answered. */
    <T> Result<T> call(Consumer<Answer<T>> operation) {
      Answer<T> answer = new Answer<>();
      world.after(Duration.ZERO, () -> operation.accept(answer));
      return wait(answer);
    }

    void later(Duration delay, Runnable task) {
      world.after(delay, task);
    }

    private <T> Result<T> wait(Answer<T> answer) {
      simulation.runUntil(answer::isThere, Duration.ofSeconds(30));
      return answer.get();
    }
  }

  private record Place(long arc, long number) {}

  /** One answer, at most. */
  static final class Answer<T> implements Consumer<Result<T>> {
    private Optional<Result<T>> result = Optional.empty();

    @Override
    public void accept(Result<T> answer) {
      if (result.isPresent()) {
        throw new IllegalStateException("answered twice");
      }
      result = Optional.of(answer);
    }

    boolean isThere() {
      return result.isPresent();
    }

    Result<T> get() {
      return result.orElseThrow();
    }
  }

  Node add() {
    Node node = new Node(byNumber.size());
    byNumber.add(node);
    nodes.put(node.peer.id(), node);
    node.start(byNumber.size() == 1);
    return node;
  }

  void grow(int count) {
    while (byNumber.size() < count) {
      add();
    }
  }

  Node node(int number) {
    return byNumber.get(number);
  }

  Node node(Peer peer) {
    return byNumber.stream()
        .filter(node -> Configuration.same(node.peer, peer))
        .findFirst()
        .orElseThrow();
  }

  List<Node> live() {
    return byNumber.stream().filter(node -> node.up).toList();
  }

  /** Cuts these nodes off from all others. */
  void partition(Collection<Node> some) {
    cutOff = new LinkedHashSet<>();
    some.forEach(node -> cutOff.add(node.peer.id()));
    List<Id> others = nodes.keySet().stream().filter(id -> !cutOff.contains(id)).toList();
    simulation.network().partition(cutOff, others);
    ringChanges();
  }

  void heal() {
    cutOff = new LinkedHashSet<>();
    simulation.network().heal();
    ringChanges();
  }

  /**
   * Each node sees what it can reach, a while later; those who are cut off take longer to notice.
   */
  private void ringChanges() {
    for (Node node : live()) {
      FakeRing ring = node.ring;
      int slowest = cutOff.contains(node.peer.id()) ? 4_000 : 500;
      node.world.after(
          Duration.ofMillis(20 + random.nextInt(slowest)), () -> ring.see(visible(node), left));
    }
  }

  private List<Peer> visible(Node from) {
    boolean side = cutOff.contains(from.peer.id());
    return live().stream()
        .map(node -> node.peer)
        .filter(peer -> cutOff.contains(peer.id()) == side)
        .toList();
  }

  private Peer closest(Node from, Id key) {
    Peer best = from.peer;
    for (Peer peer : visible(from)) {
      best = key.isCloserTo(peer.id(), best.id()) ? peer : best;
    }
    return best;
  }

  List<Node> down() {
    return byNumber.stream().filter(node -> !node.up).toList();
  }

  int size() {
    return byNumber.size();
  }

  void restartAll() {
    down().forEach(Node::restart);
  }

  /** Runs a task of the test's own at some time, whoever lives then. */
  void schedule(Duration delay, Runnable task) {
    tasks.add(new Task(simulation.now() + delay.toNanos(), tasks.size() + done, task));
  }

  private void runTasks() {
    while (!tasks.isEmpty() && tasks.peek().at() <= simulation.now()) {
      done++;
      tasks.remove().what().run();
    }
  }

  private record Task(long at, int order, Runnable what) {}

  boolean run(BooleanSupplier until, Duration limit) {
    return simulation.runUntil(until, limit);
  }

  void run(Duration duration) {
    long end = simulation.now() + duration.toNanos();
    while (simulation.now() < end) {
      long next = tasks.isEmpty() ? end : Math.min(end, tasks.peek().at());
      simulation.run(Duration.ofNanos(Math.max(1, next - simulation.now())));
      runTasks();
    }
  }

  /** The daddies of the newest epochs, one for each arc. */
  List<Group> daddies() {
    Map<Long, Group> newest = new TreeMap<>();
    for (Node node : live()) {
      for (Group group : node.replication.groups()) {
        if (group.isLeader()) {
          newest.merge(group.arc, group, (a, b) -> a.epoch() > b.epoch() ? a : b);
        }
      }
    }
    return new ArrayList<>(newest.values());
  }

  boolean coversCircleOnce() {
    List<Group> all = daddies();
    if (all.size() == 1) {
      return all.get(0).range().isCircle();
    }
    Id at = Id.ZERO;
    for (int i = 0; i < all.size(); i++) {
      Id from = at;
      List<Group> here = all.stream().filter(group -> group.range().from().equals(from)).toList();
      if (here.size() != 1) {
        return false;
      }
      at = here.get(0).range().to();
    }
    return at.equals(Id.ZERO);
  }

  /** Runs until the ring is settled; looks every 50 ms. */
  boolean settles(Duration limit) {
    long end = simulation.now() + limit.toNanos();
    while (!isSettled()) {
      if (simulation.now() > end) {
        return false;
      }
      run(Duration.ofMillis(50));
    }
    return true;
  }

  /** Whether every arc is where the ring would have it, and all of its members agree. */
  boolean isSettled() {
    return coversCircleOnce() && daddies().stream().allMatch(this::isSettled) && noStrays();
  }

  private boolean isSettled(Group daddy) {
    int wanted = Math.min(config.replicas(), live().size());
    Configuration now = daddy.configuration();
    Id at = daddy.range().from();
    boolean placed =
        now.learners().isEmpty()
            && now.voters().size() == wanted
            && daddy.node.ring.leafSet().closest(at).equals(daddy.node.self());
    return placed
        && now.voters().stream()
            .allMatch(
                voter -> {
                  Node node = nodes.get(voter.id());
                  return node.up
                      && Configuration.same(node.peer, voter)
                      && node.replication.groups().stream()
                          .anyMatch(
                              group ->
                                  group.arc == daddy.arc
                                      && !group.isInstalling()
                                      && group.applied() == daddy.log.last());
                });
  }

  private boolean noStrays() {
    long replicas = live().stream().mapToLong(node -> node.replication.groups().size()).sum();
    long members = daddies().stream().mapToLong(g -> g.configuration().voters().size()).sum();
    return replicas == members;
  }

  /** Whether every replica of an arc holds the same records. */
  boolean replicasAgree() {
    for (Group daddy : daddies()) {
      List<ArcStorage.StoredRecord> reference = records(daddy, daddy.range());
      for (Peer voter : daddy.configuration().voters()) {
        for (Group group : nodes.get(voter.id()).replication.groups()) {
          if (group.arc == daddy.arc && !records(group, daddy.range()).equals(reference)) {
            return false;
          }
        }
      }
    }
    return true;
  }

  private static List<ArcStorage.StoredRecord> records(Group group, Arc arc) {
    return group.node.storage.scan(arc, Optional.empty(), Integer.MAX_VALUE);
  }

  String describe() {
    StringBuilder text = new StringBuilder("seed " + simulation.seed() + "\n");
    for (Node node : live()) {
      text.append(node.number).append(' ').append(node.peer).append('\n');
      for (Group group : node.replication.groups()) {
        text.append(
            String.format(
                "  %x %s epoch %d %s leader %s gen %d voters %s learners %s log %d-%d commit %d"
                    + " applied %d%s%n",
                group.arc,
                group.range(),
                group.epoch(),
                group.isLeader() ? "LEADS" : "",
                group.leader().map(Peer::toString).orElse("-"),
                group.generation(),
                group.configuration().voters(),
                group.configuration().learners(),
                group.log.base(),
                group.log.last(),
                group.commit(),
                group.applied(),
                group.isInstalling() ? " installing" : ""));
      }
    }
    return text.toString();
  }
}
