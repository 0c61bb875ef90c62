package io.kringle.replication;

import io.kringle.ring.Arc;
import io.kringle.ring.Id;
import io.kringle.ring.Peer;
import java.util.List;
import java.util.Optional;

/**
 * A replica of an arc, as the node that keeps it sees it.
 *
 * @param arc the range
 * @param epoch of the daddy
 * @param daddy who leads, if it is known
 * @param members who votes
 * @param learners who is being filled, and does not vote yet
 * @param records how many records, tombstones included; an estimate is good enough
 * @param applied index of the last log entry that is part of the records
 */
public record ArcStatus(
    Arc arc,
    long epoch,
    Optional<Id> daddy,
    List<Peer> members,
    List<Peer> learners,
    long records,
    long applied) {
  /** Copies the lists. */
  public ArcStatus {
    members = List.copyOf(members);
    learners = List.copyOf(learners);
  }
}
