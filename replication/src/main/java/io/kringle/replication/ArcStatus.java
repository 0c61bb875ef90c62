package io.kringle.replication;

import io.kringle.ring.Arc;
import io.kringle.ring.Id;
import io.kringle.ring.Message;
import io.kringle.ring.Peer;
import java.util.List;
import java.util.Optional;

/**
 * A replica of an arc, as the node that keeps it sees it.
 *
 * @param number the arc's name; it stays with the part that begins where the arc began
 * @param arc the range
 * @param epoch of the daddy
 * @param daddy who leads, if it is known
 * @param members who votes
 * @param learners who is being filled, and does not vote yet
 * @param records how many records, tombstones included; an estimate is good enough
 * @param applied index of the last log entry that is part of the records
 * @param lags how far the others are behind; only the daddy knows
 * @param health how the group is
 */
public record ArcStatus(
    long number,
    Arc arc,
    long epoch,
    Optional<Id> daddy,
    List<Peer> members,
    List<Peer> learners,
    long records,
    long applied,
    List<Lag> lags,
    ArcHealth health)
    implements Message {
  /** Copies the lists. */
  public ArcStatus {
    members = List.copyOf(members);
    learners = List.copyOf(learners);
    lags = List.copyOf(lags);
  }

  /**
   * How far a member or learner is behind its daddy.
   *
   * @param member its id
   * @param entries of the log that it is not known to have
   */
  public record Lag(Id member, long entries) {}
}
