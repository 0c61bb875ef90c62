package io.kringle.node;

import io.kringle.pubsub.BroadcastStats;
import io.kringle.pubsub.Broadcasting;
import io.kringle.pubsub.Broadcasts;
import io.kringle.pubsub.Messaging;
import io.kringle.pubsub.RingWideMessage;
import io.kringle.pubsub.TopicMessage;
import io.kringle.pubsub.Topics;
import io.kringle.pubsub.TopicsStats;
import io.kringle.replication.ArcStorage;
import io.kringle.replication.Records;
import io.kringle.replication.Recovery;
import io.kringle.replication.Replication;
import io.kringle.replication.ReplicationMessage;
import io.kringle.replication.ReplicationStats;
import io.kringle.replication.Room;
import io.kringle.ring.Codec;
import io.kringle.ring.Endpoint;
import io.kringle.ring.Id;
import io.kringle.ring.Message;
import io.kringle.ring.Peer;
import io.kringle.ring.RememberedPeers;
import io.kringle.ring.Result;
import io.kringle.ring.Ring;
import io.kringle.ring.RingMessage;
import io.kringle.ring.RingView;
import io.kringle.ring.World;
import io.kringle.routing.Router;
import io.kringle.routing.RouterStats;
import io.kringle.routing.Routing;
import io.kringle.routing.RoutingMessage;
import io.kringle.store.KeyValues;
import io.kringle.store.NearCache;
import io.kringle.store.NearCacheOptions;
import io.kringle.store.Store;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The layers of one node, put together and nothing more: what comes in goes to the layer whose
 * message it is. The same under the simulator and on the network.
 */
public final class NodeStack implements Stack {
  private final World world;
  private final Ring ring;
  private final Router router;
  private final Replication replication;
  private final Store store;
  private final Topics topics;
  private final Broadcasts broadcasts;
  private final List<Consumer<Figures>> alsoMeasured = new ArrayList<>();
  private boolean recovered;

  /**
   * A node outside any ring.
   *
   * @param self who it is
   * @param storage what it kept of the lives before, if anything
   * @param remembered whom it knew; kept up to date
   */
  public NodeStack(
      World world,
      Codec codec,
      Peer self,
      StackConfig config,
      ArcStorage storage,
      RememberedPeers remembered) {
    this.world = world;
    ring = new Ring(world, config.ring(), self, remembered);
    router = new Router(world, codec, ring, config.router());
    ring.pathfinder(router::towards);
    replication = new Replication(world, codec, ring, router, config.replication(), storage);
    store = new Store(world, replication.records(), config.store());
    topics = new Topics(world, ring, router, replication.ledgers(), config.topics());
    broadcasts = new Broadcasts(world, ring, router, config.topics().maxPayload());
    router.onDeliver(
        DescribeNode.class,
        (delivery, question, responder) -> responder.reply(NodeDescription.of(this)));
    router.onDeliver(
        CountHops.class,
        (delivery, question, responder) -> responder.reply(new HopCount(delivery.hops())));
  }

  @Override
  public void create(Id ringId, List<Endpoint> seeds, Consumer<Result<Id>> done) {
    recover();
    ring.create(ringId, seeds);
    // A founder that died before it had noted its ring's id has kept its arc.
    if (!replication.holdsAnything()) {
      replication.bootstrap();
    }
    done.accept(Result.ok(ringId));
  }

  /** Once, also when a second way into a ring is tried. */
  private void recover() {
    if (!recovered) {
      recovered = true;
      replication.start();
    }
  }

  @Override
  public void join(List<Endpoint> seeds, Consumer<Result<Id>> done) {
    recover();
    ring.join(seeds, done);
  }

  @Override
  public void resume(Id ringId, List<Endpoint> seeds, Consumer<Result<Id>> done) {
    recover();
    ring.resume(ringId, seeds, done);
  }

  @Override
  public void stop(Runnable done) {
    replication.handOver(() -> ring.leave(done));
  }

  @Override
  public void received(Peer from, Message message) {
    if (message instanceof RoutingMessage routed) {
      router.received(from, routed);
    } else if (message instanceof ReplicationMessage replicated) {
      replication.received(from, replicated);
    } else if (message instanceof RingMessage maintained) {
      ring.received(from, maintained);
    } else if (message instanceof TopicMessage ofTopic) {
      topics.received(from, ofTopic);
    } else if (message instanceof RingWideMessage ringWide) {
      broadcasts.received(from, ringWide);
    }
  }

  @Override
  public void unreachable(Peer peer, String reason) {
    ring.unreachable(peer, reason);
    router.unreachable(peer, reason);
    replication.unreachable(peer, reason);
    topics.unreachable(peer, reason);
  }

  @Override
  public void contactFailed(Endpoint endpoint, String reason) {
    ring.contactFailed(endpoint, reason);
  }

  @Override
  public void contactRefused(Endpoint endpoint, String reason) {
    ring.contactRefused(endpoint, reason);
  }

  @Override
  public Optional<Id> ringId() {
    return ring.ringId();
  }

  @Override
  public RingView ring() {
    return ring;
  }

  @Override
  public Routing routing() {
    return router;
  }

  @Override
  public Records records() {
    return replication.records();
  }

  @Override
  public void recover(long arc, Recovery.Consent consent, Consumer<Result<Recovery>> done) {
    replication.recover(arc, consent, done);
  }

  @Override
  public KeyValues store() {
    return store;
  }

  @Override
  public NearCache nearCache(NearCacheOptions options) {
    return new NearCache(world, store, options);
  }

  @Override
  public Messaging topics() {
    return topics;
  }

  /** What its topics have come to. */
  public TopicsStats topicsStats() {
    return topics.stats();
  }

  @Override
  public Broadcasting broadcasts() {
    return broadcasts;
  }

  @Override
  public List<String> problems() {
    List<String> problems = new ArrayList<>();
    if (!ring.isActive()) {
      problems.add("the node is not part of a ring");
    }
    int broken = replication.stats().broken();
    if (broken > 0) {
      problems.add(broken + " replicas stopped because their storage failed");
    }
    if (replication.stats().room() != Room.PLENTY) {
      problems.add("the disk is nearly full: no values are stored, reading and deleting go on");
    }
    return problems;
  }

  /** Adds to what {@link #figures} tells. */
  void alsoMeasure(Consumer<Figures> source) {
    alsoMeasured.add(source);
  }

  @Override
  public Figures figures() {
    Figures figures = new Figures();
    figures
        .gauge("ring.active", ring.isActive() ? 1 : 0)
        .gauge("ring.leaves", ring.leafSet().peers().size())
        .gauge("ring.probing", ring.probing())
        .gauge("ring.failed", ring.failed());
    add(router.stats(), figures);
    add(replication.stats(), figures);
    add(topics.stats(), figures);
    add(broadcasts.stats(), figures);
    alsoMeasured.forEach(source -> source.accept(figures));
    return figures;
  }

  private static void add(RouterStats stats, Figures figures) {
    figures
        .counter("routing.routed", stats.routed())
        .counter("routing.delivered", stats.delivered())
        .counter("routing.forwarded", stats.forwarded())
        .counter("routing.rerouted", stats.rerouted())
        .counter("routing.lost", stats.lost())
        .counter("routing.replies.from.cache", stats.repliesFromCache())
        .gauge("routing.in.flight", stats.inFlight())
        .gauge("routing.table.size", stats.tableSize());
  }

  private static void add(ReplicationStats stats, Figures figures) {
    figures
        .gauge("replication.arcs", stats.arcs())
        .gauge("replication.leading", stats.leading())
        .gauge("replication.broken", stats.broken())
        .gauge("replication.pending", stats.pending())
        .counter("replication.elections", stats.elections())
        .counter("replication.applied", stats.applied())
        .counter("replication.snapshots", stats.snapshots())
        .counter("replication.sent", stats.sent())
        .counter("replication.damaged", stats.damaged())
        .counter("replication.recovered", stats.recovered())
        .gauge("replication.room", stats.room() == Room.PLENTY ? 1 : 0);
  }

  private static void add(TopicsStats stats, Figures figures) {
    figures
        .gauge("topics.topics", stats.topics())
        .gauge("topics.subscribers", stats.subscribers())
        .gauge("topics.children", stats.children())
        .gauge("topics.most.children", stats.mostChildren())
        .gauge("topics.depth", stats.depth())
        .counter("topics.numbered", stats.numbered())
        .counter("topics.delivered", stats.delivered())
        .counter("topics.forwarded", stats.forwarded())
        .counter("topics.repeated", stats.repeated())
        .counter("topics.pulled", stats.pulled())
        .counter("topics.lost", stats.lost())
        .counter("topics.skipped", stats.skipped())
        .counter("topics.rejoined", stats.rejoined())
        .counter("topics.failing", stats.failing());
  }

  private static void add(BroadcastStats stats, Figures figures) {
    figures
        .counter("broadcast.heard", stats.heard())
        .counter("broadcast.passed.on", stats.passedOn())
        .counter("broadcast.repeated", stats.repeated())
        .counter("broadcast.turned.away", stats.turnedAway());
  }

  /**
   * Looks whether every layer is as it must be after every step.
   *
   * @throws IllegalStateException naming what is not
   */
  public void checkInvariants() {
    ring.checkInvariants();
    router.checkInvariants();
    replication.checkInvariants();
    topics.checkInvariants();
    broadcasts.checkInvariants();
  }
}
