package io.kringle.replication;

import io.kringle.ring.Arc;
import io.kringle.ring.Codec;
import io.kringle.ring.LeafSet;
import io.kringle.ring.Message;
import io.kringle.ring.Peer;
import io.kringle.ring.Result;
import io.kringle.ring.RingListener;
import io.kringle.ring.RingView;
import io.kringle.ring.World;
import io.kringle.routing.Routing;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Replicated records: a Raft group for each arc of the circle, brought after the ring's changes one
 * safe step at a time. The ring says who should own an arc; the arc's group says who does.
 *
 * <p>Entered one step at a time, like every protocol. Replicas of one node never overlap. What is
 * promised to another node, or answered to a caller, is durable first.
 */
public final class Replication {
  private static final Duration TICK = Duration.ofMillis(500);
  private static final long FIRST_ARC = 1;

  private final Context node;
  private final Map<Long, Group> groups = new TreeMap<>();

  /** Of all groups when they were last seen not to overlap, so that a check costs little. */
  private final List<Configuration> apart = new ArrayList<>();

  private final Server server;
  private final Strays strays;
  private final Claims claims;
  private final Recoveries recoveries;
  private final Records records;
  private final Ledgers ledgers;

  /** A protocol that does nothing before {@link #start}. */
  public Replication(
      World world,
      Codec codec,
      RingView ring,
      Routing routing,
      ReplicationConfig config,
      ArcStorage storage) {
    this.node = new Context(world, codec, ring, routing, config, storage, new Registry());
    this.server = new Server(node, groups.values());
    this.strays = new Strays(node, groups);
    this.claims = new Claims(node, groups);
    this.recoveries = new Recoveries(node, groups);
    Client client = new Client(node, server);
    this.records = new RingRecords(node, client, server, groups.values());
    this.ledgers = new RingLedgers(node, client, server);
  }

  /** Recovers what storage holds, and begins to listen. Called once, before anything else. */
  public void start() {
    for (ArcStorage.Meta stored : node.storage.metas()) {
      Message meta = node.codec.decode(stored.meta().array());
      if (meta instanceof Grave grave) {
        node.graves.found(stored.arc(), grave);
      } else {
        Group group = node.groups.adopt(stored.arc(), (ArcMeta) meta);
        group.recover();
        group.election.begin();
      }
    }
    server.listen();
    node.ring.listen(new Neighbours());
    node.world.after(TICK, this::tick);
  }

  /** Whether there is a replica of anything here. */
  public boolean holdsAnything() {
    return !groups.isEmpty();
  }

  /**
   * Makes the first arc of a new ring: the whole circle, kept by this node alone.
   *
   * @throws IllegalStateException if there is a replica here already
   */
  public void bootstrap() {
    if (holdsAnything()) {
      throw new IllegalStateException("a node that keeps arcs does not begin a new ring");
    }
    Configuration alone = Configuration.first(Arc.CIRCLE, node.self());
    ArcMeta meta =
        new ArcMeta(
            alone, 0, Optional.empty(), 0, 0, 0, false, Optional.empty(), List.of(), Floor.NONE, 0);
    node.groups.adopt(FIRST_ARC, meta).election.standNow();
  }

  /** Takes a message from another member. */
  public void received(Peer from, ReplicationMessage message) {
    Group group = groups.get(message.arc());
    if (message instanceof ReplicationMessage.Recovered recovered) {
      claims.received(from, recovered);
    } else if (message instanceof ReplicationMessage.Survey survey) {
      recoveries.asked(from, survey);
    } else if (message instanceof ReplicationMessage.Surveyed surveyed) {
      recoveries.answered(from, surveyed);
    } else if (group == null) {
      strays.received(from, message);
    } else if (claims.isOfOurs(group, from, message)) {
      group.inbox.received(from, message);
    }
  }

  /** Hears that a connection was lost: whoever is followed there is looked after. */
  public void unreachable(Peer peer, String reason) {
    for (Group group : List.copyOf(groups.values())) {
      if (group.leader().filter(leader -> leader.id().equals(peer.id())).isPresent()) {
        group.election.doubtLeader();
      }
    }
  }

  /**
   * Gives everything away before this node leaves the ring, as far as there is anybody to take it.
   *
   * @param done called once, when this node keeps nothing any more or the time for it is over
   */
  public void handOver(Runnable done) {
    node.leavers.add(node.self(), node.world.now());
    handOver(node.world.now() + node.config.handOverTimeout().toNanos(), done);
  }

  private void handOver(long deadline, Runnable done) {
    boolean alone = node.ring.leafSet().peers().isEmpty();
    if (groups.isEmpty() || alone || node.world.now() >= deadline) {
      done.run();
      return;
    }
    for (Group group : List.copyOf(groups.values())) {
      sayGoodbye(group);
      group.leadership().ifPresent(Leadership::govern);
    }
    node.world.after(TICK.dividedBy(2), () -> handOver(deadline, done));
  }

  /** Tells every member: whoever leads next must know it too. */
  private void sayGoodbye(Group group) {
    for (Peer member : group.configuration().everyone()) {
      if (!node.isSelf(member)) {
        node.send(
            member, new ReplicationMessage.Leave(group.arc, group.generation(), group.epoch()));
      }
    }
  }

  private void tick() {
    node.leavers.expire(
        node.ring.leafSet(), node.world.now() - node.config.handOverTimeout().toNanos());
    lookForRoom();
    node.deadSince.keySet().removeIf(id -> !node.ring.isFailed(id));
    for (Group group : List.copyOf(groups.values())) {
      if (group.isAlive()) {
        group.election.look();
        group.leadership().ifPresent(Leadership::govern);
      }
    }
    strays.look();
    claims.look();
    node.world.after(TICK, this::tick);
  }

  private void lookForRoom() {
    Room before = node.room;
    node.room = node.storage.room();
    if (node.room != before) {
      groups.values().forEach(Group::roomChanged);
    }
  }

  /** The records of the ring, as seen from here. */
  public Records records() {
    return records;
  }

  /** The ledgers of the ring, as seen from here. */
  public Ledgers ledgers() {
    return ledgers;
  }

  /**
   * Looks at an arc whose group has lost its majority, and has this node's replica go on without
   * the others if that is wanted: see {@link Recovery}. Other arcs are not touched.
   *
   * @param arc its number, as {@link ArcStatus#number} tells it
   * @param done what was found, and done; {@code INVALID} if this node has no replica of the arc,
   *     {@code OVERLOADED} while it looks at another
   */
  public void recover(long arc, Recovery.Consent consent, Consumer<Result<Recovery>> done) {
    recoveries.recover(arc, consent, done);
  }

  /** Figures of this node. */
  public ReplicationStats stats() {
    int leading = 0;
    int broken = 0;
    int pending = 0;
    for (Group group : groups.values()) {
      leading += group.isLeader() ? 1 : 0;
      broken += group.isBroken() ? 1 : 0;
      pending += group.leadership().map(Leadership::pending).orElse(0);
    }
    return new ReplicationStats(
        groups.size(),
        leading,
        broken,
        pending,
        node.elections,
        node.applied,
        node.snapshots,
        node.sent,
        node.damaged,
        node.recovered,
        node.room);
  }

  /**
   * Checks what must always hold between steps.
   *
   * @throws IllegalStateException if it does not
   */
  public void checkInvariants() {
    int count = 0;
    boolean known = apart.size() == groups.size();
    for (Group group : groups.values()) {
      group.checkInvariants();
      known = known && apart.get(count++).equals(group.configurations.applied());
    }
    if (!known) {
      apart.clear();
      groups.values().forEach(this::checkApart);
    }
  }

  private void checkApart(Group group) {
    for (Configuration other : apart) {
      if (group.range().overlaps(other.arc())) {
        throw new IllegalStateException(group + " overlaps " + other);
      }
    }
    apart.add(group.configurations.applied());
  }

  /** This node's replicas, for tests to look into. */
  List<Group> groups() {
    return List.copyOf(groups.values());
  }

  private final class Registry implements Context.Groups {
    @Override
    public Group adopt(long arc, ArcMeta meta) {
      Group group = new Group(node, arc, meta);
      if (groups.put(arc, group) != null) {
        throw new IllegalStateException(group + " is here twice");
      }
      node.graves.opened(arc);
      return group;
    }

    @Override
    public boolean isFree(Arc arc, Group but) {
      return groups.values().stream()
          .allMatch(group -> group.equals(but) || !group.range().overlaps(arc));
    }

    @Override
    public void forget(Group group) {
      groups.remove(group.arc, group);
    }
  }

  private final class Neighbours implements RingListener {
    @Override
    public void leafSetChanged(LeafSet before, LeafSet after) {
      for (Group group : List.copyOf(groups.values())) {
        group.leadership().ifPresent(Leadership::govern);
      }
    }

    @Override
    public void arrived(Peer peer) {
      node.leavers.remove(peer);
      node.deadSince.remove(peer.id());
      claims.arrived(peer);
    }

    @Override
    public void departed(Peer peer, boolean inherited) {
      if (!node.ring.isFailed(peer.id())) {
        node.leavers.add(peer, node.world.now());
      }
      for (Group group : List.copyOf(groups.values())) {
        group.election.look();
      }
    }
  }
}
