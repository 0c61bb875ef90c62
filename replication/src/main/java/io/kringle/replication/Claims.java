package io.kringle.replication;

import io.kringle.ring.Peer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps recovered arcs apart from those who kept them before: no message passes from one lineage to
 * the other but those that tell of the claim, and the older one yields.
 */
final class Claims {
  private static final Logger LOG = LoggerFactory.getLogger(Claims.class);
  private static final long TELL_EVERY = Duration.ofSeconds(10).toNanos();

  private final Context node;
  private final Map<Long, Group> groups;
  private final Map<Long, Long> toldAt = new TreeMap<>();

  Claims(Context node, Map<Long, Group> groups) {
    this.node = node;
    this.groups = groups;
  }

  /**
   * Whether a message is of the lineage of the replica that it is for. If not, the older of both
   * hears of it. Who has no replica speaks for no lineage.
   */
  boolean isOfOurs(Group group, Peer from, ReplicationMessage message) {
    long theirs = Claim.lineage(message.generation());
    long ours = Claim.lineage(group.generation());
    if (message.generation() == 0 || theirs == ours) {
      return true;
    }
    if (theirs < ours) {
      tell(group, from);
    } else {
      node.send(
          from, new ReplicationMessage.StaleCheck(group.arc, group.generation(), group.epoch()));
    }
    return false;
  }

  private void tell(Group group, Peer other) {
    group
        .configuration()
        .claim()
        .ifPresent(
            claim ->
                node.send(
                    other,
                    new ReplicationMessage.Recovered(
                        group.arc, claim.generation(), group.epoch(), claim, group.splits.all())));
  }

  /** Tells those who kept an arc before, from time to time, for as long as they may come back. */
  void look() {
    toldAt.keySet().retainAll(groups.keySet());
    long now = node.world.now();
    for (Group group : groups.values()) {
      Optional<Claim> claim = group.configuration().claim().filter(each -> group.isLeader());
      Long last = toldAt.get(group.arc);
      if (claim.isPresent() && (last == null || now - last >= TELL_EVERY)) {
        toldAt.put(group.arc, now);
        claim.get().former().forEach(each -> tellFormer(group, each));
      }
    }
  }

  private void tellFormer(Group group, Peer former) {
    if (!node.isSelf(former) && !node.isGone(former)) {
      tell(group, former);
    }
  }

  /** Somebody is there again: it hears at once. */
  void arrived(Peer peer) {
    for (Group group : groups.values()) {
      group
          .configuration()
          .claim()
          .filter(claim -> group.isLeader() && Configuration.holds(claim.former(), peer))
          .ifPresent(claim -> tell(group, peer));
    }
  }

  /**
   * Gives up what a recovery has gone over: the arc of the same number, as one that is no member
   * any more; and what was split from it behind the back of the one that was recovered.
   */
  void received(Peer from, ReplicationMessage.Recovered recovered) {
    Claim claim = recovered.claim();
    for (Group group : List.copyOf(groups.values())) {
      boolean isSame = group.arc == recovered.arc();
      boolean isPart = group.arc != claim.arc() && claim.range().covers(group.range());
      if ((isSame || isPart) && group.isAlive() && claim.isAbove(group.generation())) {
        LOG.warn("{} was recovered by {} without this replica, which is given up", group, from);
        group.giveUp(isSame ? recovered.splits() : List.of(), claim.generation());
      }
    }
  }
}
