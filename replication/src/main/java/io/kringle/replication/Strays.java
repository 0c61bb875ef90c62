package io.kringle.replication;

import io.kringle.ring.Id;
import io.kringle.ring.Peer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Messages for replicas that are not here, and replicas that should not be here.
 *
 * <p>A replica is made by the offer of a snapshot, if it overlaps no other. One that it overlaps
 * has not yet come to the split that made room, or is a member's no longer: the sender tries again,
 * and the old one asks around meanwhile.
 */
final class Strays {
  private static final long CHECK_EVERY = 5_000_000_000L;
  private static final long CHECK_SOON = 500_000_000L;

  private final Context node;
  private final Map<Long, Group> groups;
  private final Map<Long, Long> checkedAt = new TreeMap<>();

  Strays(Context node, Map<Long, Group> groups) {
    this.node = node;
    this.groups = groups;
  }

  /** Takes a message for an arc that has no replica here. */
  void received(Peer from, ReplicationMessage message) {
    Optional<Grave> grave = node.graves.closedTo(message.arc(), message.generation());
    if (grave.isPresent()) {
      depose(from, message, grave.get());
    } else if (message instanceof ReplicationMessage.Append append) {
      node.send(
          from,
          new ReplicationMessage.AppendReply(
              append.arc(),
              0,
              append.epoch(),
              false,
              ReplicationMessage.AppendReply.NOTHING,
              0,
              0,
              node.room == Room.PLENTY));
    } else if (message instanceof ReplicationMessage.Offer offer) {
      begin(from, offer);
    } else if (message instanceof ReplicationMessage.Chunk chunk) {
      node.send(
          from,
          new ReplicationMessage.Standing(
              chunk.arc(), 0, chunk.epoch(), 0, 0, Id.ZERO, Optional.empty(), false));
    }
  }

  /** A daddy from before this node was let go hears that there has been another. */
  private void depose(Peer from, ReplicationMessage message, Grave grave) {
    boolean isDaddys =
        message instanceof ReplicationMessage.Append
            || message instanceof ReplicationMessage.Offer
            || message instanceof ReplicationMessage.Chunk;
    if (isDaddys && message.epoch() < grave.epoch()) {
      node.send(
          from,
          new ReplicationMessage.AppendReply(
              message.arc(),
              0,
              grave.epoch(),
              false,
              ReplicationMessage.AppendReply.NOTHING,
              0,
              0,
              node.room == Room.PLENTY));
    }
  }

  private void begin(Peer from, ReplicationMessage.Offer offer) {
    List<Group> inTheWay =
        groups.values().stream()
            .filter(group -> group.range().overlaps(offer.configuration().arc()))
            .toList();
    inTheWay.forEach(group -> check(group, CHECK_SOON));
    if (inTheWay.isEmpty() && offer.configuration().includes(node.self())) {
      ArcMeta nothing = ArcMeta.toBeFilled(offer.configuration(), offer.epoch());
      node.groups.adopt(offer.arc(), nothing).inbox.received(from, offer);
    }
  }

  /** Lets replicas ask that nobody leads, or that the ring would not have here. */
  void look() {
    checkedAt.keySet().retainAll(groups.keySet());
    for (Group group : List.copyOf(groups.values())) {
      if (!group.isLeader() && (group.leader().isEmpty() || !isWanted(group))) {
        check(group, CHECK_EVERY);
      }
    }
  }

  private boolean isWanted(Group group) {
    Neighbourhood around = Neighbourhood.of(node, group.configuration().voters());
    return !around.isEmpty()
        && Configuration.holds(
            around.keepers(group.range().from(), node.config.replicas()), node.self());
  }

  /**
   * Asks those who were members, and the owner of the arc's beginning: an arc keeps its number
   * where it begins.
   */
  private void check(Group group, long every) {
    long now = node.world.now();
    Long last = checkedAt.get(group.arc);
    if (last != null && now - last < every) {
      return;
    }
    checkedAt.put(group.arc, now);
    List<Peer> others = new ArrayList<>(group.configuration().everyone());
    Peer owner = node.ring.leafSet().closest(group.range().from());
    if (!Configuration.holds(others, owner)) {
      others.add(owner);
    }
    for (Peer other : others) {
      if (!node.isSelf(other)) {
        node.send(
            other, new ReplicationMessage.StaleCheck(group.arc, group.generation(), group.epoch()));
      }
    }
  }
}
