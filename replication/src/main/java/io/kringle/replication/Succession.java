package io.kringle.replication;

import io.kringle.ring.Peer;
import java.time.Duration;
import java.util.Optional;

/**
 * How a daddy hands over: it takes no more writes, and asks its successor to stand once that has
 * everything (Ongaro 2014, section 3.10). Given up after a second.
 */
final class Succession {
  private static final long PATIENCE_NANOS = Duration.ofSeconds(1).toNanos();

  private final Group group;
  private final Leadership leadership;
  private Optional<Peer> successor = Optional.empty();
  private long since;

  Succession(Group group, Leadership leadership) {
    this.group = group;
    this.leadership = leadership;
  }

  boolean isUnderWay() {
    return successor.isPresent();
  }

  void begin(Peer peer) {
    successor = Optional.of(peer);
    since = group.node.world.now();
    group.touch();
  }

  /** At the end of a turn: asks the successor if it is ready, or gives up. */
  void pursue() {
    Optional<Progress> next = successor.flatMap(leadership::progress);
    if (next.isEmpty() || group.node.world.now() - since > PATIENCE_NANOS) {
      successor = Optional.empty();
    } else if (next.get().match == group.log.last() && next.get().knownCommit == group.commit()) {
      group.node.send(
          next.get().peer,
          new ReplicationMessage.TimeoutNow(group.arc, group.generation(), group.epoch()));
    }
  }
}
