package io.kringle.node;

import io.kringle.ring.Peer;
import java.util.List;
import java.util.Optional;

/**
 * A node of the ring, as it sees itself. Ids have 40 hexadecimal digits.
 *
 * @param id its id
 * @param endpoint where others reach it, host:port
 * @param ringId the ring that it belongs to; empty while it joins
 * @param active whether it has joined
 * @param from the first id that it owns
 * @param to the first id after those that it owns; the same as {@code from}: it owns the whole
 *     circle
 * @param clockwise its leaves, nearest first
 * @param counterClockwise its leaves, nearest first
 * @param arcs the replicas that it keeps
 */
public record NodeInfo(
    String id,
    String endpoint,
    Optional<String> ringId,
    boolean active,
    String from,
    String to,
    List<Member> clockwise,
    List<Member> counterClockwise,
    List<Replica> arcs) {

  /** Copies the lists. */
  public NodeInfo {
    clockwise = List.copyOf(clockwise);
    counterClockwise = List.copyOf(counterClockwise);
    arcs = List.copyOf(arcs);
  }

  /**
   * A node as others know it.
   *
   * @param id its id
   * @param endpoint where it is reached, host:port
   */
  public record Member(String id, String endpoint) {
    static Member of(Peer peer) {
      return new Member(peer.id().toString(), peer.endpoint().toString());
    }

    static List<Member> of(List<Peer> peers) {
      return peers.stream().map(Member::of).toList();
    }
  }

  /**
   * A replica of an arc.
   *
   * @param from the first id of the arc
   * @param to the first id after it
   * @param epoch of the daddy
   * @param daddy the id of the node that leads, if it is known
   * @param members who votes
   * @param learners who is being filled, and does not vote yet
   * @param records about how many records there are
   * @param applied index of the last log entry that is part of the records
   */
  public record Replica(
      String from,
      String to,
      long epoch,
      Optional<String> daddy,
      List<Member> members,
      List<Member> learners,
      long records,
      long applied) {

    /** Copies the lists. */
    public Replica {
      members = List.copyOf(members);
      learners = List.copyOf(learners);
    }

    static Replica of(NodeDescription.HeldArc arc) {
      return new Replica(
          arc.from().toString(),
          arc.to().toString(),
          arc.epoch(),
          arc.daddy().map(Object::toString),
          Member.of(arc.members()),
          Member.of(arc.learners()),
          arc.records(),
          arc.applied());
    }
  }

  static NodeInfo of(NodeDescription node) {
    return new NodeInfo(
        node.self().id().toString(),
        node.self().endpoint().toString(),
        node.ringId().map(Object::toString),
        node.active(),
        node.from().toString(),
        node.to().toString(),
        Member.of(node.clockwise()),
        Member.of(node.counterClockwise()),
        node.arcs().stream().map(Replica::of).toList());
  }
}
