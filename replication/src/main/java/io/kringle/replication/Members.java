package io.kringle.replication;

import io.kringle.ring.Id;
import io.kringle.ring.Peer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;

/**
 * How far the other members are, as their daddy knows it.
 *
 * <p>Invariant: there is a {@link Progress} for every other member of the newest configuration, and
 * for nobody else.
 */
final class Members {
  private final Group group;
  private final Context node;
  private final Map<Id, Progress> others = new TreeMap<>();

  Members(Group group) {
    this.group = group;
    this.node = group.node;
  }

  /** Takes over the newest configuration. */
  void followConfiguration() {
    Configuration newest = group.configuration();
    for (Progress progress : List.copyOf(others.values())) {
      if (!newest.includes(progress.peer)) {
        progress.endSnapshot();
        others.remove(progress.peer.id());
      }
    }
    for (Peer peer : newest.everyone()) {
      if (!node.isSelf(peer)) {
        others.computeIfAbsent(
            peer.id(), id -> new Progress(peer, group.log.last() + 1, node.world.now()));
      }
    }
  }

  Collection<Progress> others() {
    return others.values();
  }

  Optional<Progress> progress(Peer peer) {
    return Optional.ofNullable(others.get(peer.id()))
        .filter(progress -> Configuration.same(progress.peer, peer));
  }

  /** The highest value that a majority of the voters has reached, this node with {@code own}. */
  long agreed(ToLongFunction<Progress> value, long own) {
    List<Long> values = new ArrayList<>();
    for (Peer voter : group.configuration().voters()) {
      Progress progress = others.get(voter.id());
      values.add(progress == null ? own : Long.valueOf(value.applyAsLong(progress)));
    }
    values.sort(Collections.reverseOrder());
    return values.get(group.configuration().majority() - 1);
  }

  /** Whether it holds for a majority of the voters, this node included. */
  boolean agree(Predicate<Progress> condition) {
    return agreed(progress -> condition.test(progress) ? 1 : 0, 1) == 1;
  }

  /** Whether a majority of the voters is not known to be dead. */
  boolean mayReachMajority() {
    int alive = 0;
    for (Peer voter : group.configuration().voters()) {
      alive += node.isGone(voter) ? 0 : 1;
    }
    return alive >= group.configuration().majority();
  }

  /** Whether this node and a majority can store values. */
  boolean haveRoom() {
    return node.room == Room.PLENTY && agree(progress -> progress.hasRoom);
  }

  /**
   * The log after this index is needed by members that are being filled.
   *
   * @param inherited what was needed as far as this node knew before
   */
  long needed(long inherited) {
    long oldest = Long.MAX_VALUE;
    for (Progress progress : others.values()) {
      oldest = Math.min(oldest, progress.needed(inherited));
    }
    return oldest;
  }

  /** Nothing more is sent to them. */
  void end() {
    others.values().forEach(Progress::endSnapshot);
  }
}
