package io.kringle.replication;

import io.kringle.ring.Arc;
import io.kringle.ring.Codec;
import io.kringle.ring.Id;
import io.kringle.ring.Peer;
import io.kringle.ring.RingView;
import io.kringle.ring.World;
import io.kringle.routing.Routing;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What the groups of one node share. */
final class Context {
  final World world;
  final Codec codec;
  final RingView ring;
  final Routing routing;
  final ReplicationConfig config;
  final ArcStorage storage;
  final Journal journal;
  final Transfers transfers;
  final Groups groups;

  /** Who is told of items of the ledgers that are led here. */
  Ledgers.Desk desk = Desks.NOBODY;

  final Graves graves;

  /** Who is about to leave, this node included. */
  final Leavers leavers = new Leavers();

  /** When a leaf was first seen to be dead; its place is kept for a while. */
  final Map<Id, Long> deadSince = new TreeMap<>();

  /** Of this node's disk, as of the last tick. */
  Room room = Room.PLENTY;

  long elections;
  long applied;
  long snapshots;
  long sent;
  long damaged;
  long recovered;

  /** The node's groups, as one group needs them. */
  interface Groups {
    /** Takes in a group whose metadata is stored, or about to be. */
    Group adopt(long arc, ArcMeta meta);

    /** Whether no group but this one has any of an arc. */
    boolean isFree(Arc arc, Group but);

    /** The group is gone from storage. */
    void forget(Group group);
  }

  Context(
      World world,
      Codec codec,
      RingView ring,
      Routing routing,
      ReplicationConfig config,
      ArcStorage storage,
      Groups groups) {
    this.world = world;
    this.codec = codec;
    this.ring = ring;
    this.routing = routing;
    this.config = config;
    this.storage = storage;
    this.groups = groups;
    this.journal = new Journal(world, storage);
    this.graves = new Graves(codec);
    this.transfers = new Transfers(world, config.transfer());
  }

  Peer self() {
    return ring.self();
  }

  boolean isSelf(Peer peer) {
    return Configuration.same(peer, ring.self());
  }

  /** Whether the ring says that this member is no more: dead, or its disk lost. */
  boolean isGone(Peer member) {
    return !isSelf(member) && (ring.isFailed(member.id()) || isStranger(member));
  }

  /** Whether a node of this id lives with another disk, so that this member never comes back. */
  boolean isStranger(Peer member) {
    Optional<Peer> now = ring.find(member.id());
    return now.isPresent()
        && now.get().incarnation() != member.incarnation()
        && !ring.isFailed(member.id());
  }

  /** Whether a dead member is still expected back. */
  boolean isExpectedBack(Peer member) {
    if (!ring.isFailed(member.id()) || isLeaving(member)) {
      return false;
    }
    long since = deadSince.computeIfAbsent(member.id(), id -> world.now());
    return world.now() - since < config.replaceAfter().toNanos();
  }

  boolean isLeaving(Peer member) {
    return leavers.contains(member);
  }

  /** Sends to where the member listens nowadays, as far as that is known. */
  void send(Peer member, ReplicationMessage message) {
    Optional<Peer> now = ring.find(member.id());
    if (now.isEmpty()) {
      world.send(member, message);
    } else if (now.get().incarnation() == member.incarnation()) {
      world.send(now.get(), message);
    }
  }
}
