package io.kringle.node;

import io.kringle.replication.ArcStatus;
import io.kringle.ring.Arc;
import io.kringle.ring.Id;
import io.kringle.ring.LeafSet;
import io.kringle.ring.Peer;
import java.util.List;
import java.util.Optional;

/**
 * A node as it sees itself.
 *
 * @param self the node
 * @param ringId of the ring that it belongs to; empty while it joins
 * @param active whether it has joined
 * @param from the first id that it owns
 * @param to the first id after those that it owns
 * @param successor the next node clockwise; itself if it is alone
 * @param clockwise leaves, nearest first
 * @param counterClockwise leaves, nearest first
 * @param arcs the replicas that it keeps
 */
record NodeDescription(
    Peer self,
    Optional<Id> ringId,
    boolean active,
    Id from,
    Id to,
    Peer successor,
    List<Peer> clockwise,
    List<Peer> counterClockwise,
    List<HeldArc> arcs)
    implements NodeMessage {

  NodeDescription {
    clockwise = List.copyOf(clockwise);
    counterClockwise = List.copyOf(counterClockwise);
    arcs = List.copyOf(arcs);
  }

  static NodeDescription of(Stack stack) {
    LeafSet leaves = stack.ring().leafSet();
    Arc owned = leaves.arc();
    return new NodeDescription(
        stack.ring().self(),
        stack.ringId(),
        stack.ring().isActive(),
        owned.from(),
        owned.to(),
        leaves.successor(),
        leaves.clockwise(),
        leaves.counterClockwise(),
        stack.records().arcs().stream().map(HeldArc::of).toList());
  }

  /**
   * A replica of an arc, as its keeper sees it.
   *
   * @param from the first id of the arc
   * @param to the first id after it
   * @param epoch of the daddy
   * @param daddy who leads, if it is known
   * @param members who votes
   * @param learners who is being filled
   * @param records about how many records
   * @param applied index of the last log entry that is part of the records
   */
  record HeldArc(
      Id from,
      Id to,
      long epoch,
      Optional<Id> daddy,
      List<Peer> members,
      List<Peer> learners,
      long records,
      long applied) {
    HeldArc {
      members = List.copyOf(members);
      learners = List.copyOf(learners);
    }

    static HeldArc of(ArcStatus status) {
      return new HeldArc(
          status.arc().from(),
          status.arc().to(),
          status.epoch(),
          status.daddy(),
          status.members(),
          status.learners(),
          status.records(),
          status.applied());
    }
  }
}
