package io.kringle.replication;

import io.kringle.ring.Arc;
import io.kringle.ring.Id;
import io.kringle.ring.Peer;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Who led which arc when last asked: a guess that saves the question, at most 1 024 of them. */
final class Daddies {
  private static final int MAX = 1_024;

  private final TreeMap<Id, Known> byStart = new TreeMap<>();

  /**
   * What is remembered.
   *
   * @param applied how far the arc's log has come, at the least
   */
  record Known(Arc arc, Peer daddy, long applied) {}

  void remember(Arc arc, Peer daddy, long applied) {
    if (byStart.size() >= MAX) {
      byStart.pollFirstEntry();
    }
    byStart.put(arc.from(), new Known(arc, daddy, applied));
  }

  Optional<Known> find(Id id) {
    return known(id).map(Map.Entry::getValue);
  }

  /** The arc of {@code id} has come further. */
  void advance(Id id, long applied) {
    find(id).ifPresent(known -> remember(known.arc(), known.daddy(), applied));
  }

  void forget(Id id) {
    known(id).ifPresent(each -> byStart.remove(each.getKey()));
  }

  /**
   * The arc that begins last before {@code id}; before the first one that is the last of the
   * circle.
   */
  private Optional<Map.Entry<Id, Known>> known(Id id) {
    Map.Entry<Id, Known> before = byStart.floorEntry(id);
    Map.Entry<Id, Known> nearest = before != null ? before : byStart.lastEntry();
    return Optional.ofNullable(nearest).filter(each -> each.getValue().arc().contains(id));
  }
}
