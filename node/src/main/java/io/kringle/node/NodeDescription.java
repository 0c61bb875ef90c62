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
    List<ArcStatus> arcs)
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
        stack.records().arcs());
  }
}
