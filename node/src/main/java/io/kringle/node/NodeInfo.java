package io.kringle.node;

import io.kringle.replication.ArcStatus;
import io.kringle.ring.Peer;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

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
   * @param number the arc's name, 16 hexadecimal digits; it stays with the part that begins where
   *     the arc began
   * @param from the first id of the arc
   * @param to the first id after it
   * @param epoch of the daddy
   * @param daddy the id of the node that leads, if it is known
   * @param members who votes
   * @param learners who is being filled, and does not vote yet
   * @param records about how many records there are
   * @param applied index of the last log entry that is part of the records
   * @param lags how far members and learners are behind the daddy; only the daddy knows
   * @param health {@code ok}, {@code degraded} or {@code unavailable}
   * @param problems what is wrong, one line each
   */
  public record Replica(
      String number,
      String from,
      String to,
      long epoch,
      Optional<String> daddy,
      List<Member> members,
      List<Member> learners,
      long records,
      long applied,
      List<Lag> lags,
      String health,
      List<String> problems) {

    /** Copies the lists. */
    public Replica {
      members = List.copyOf(members);
      learners = List.copyOf(learners);
      lags = List.copyOf(lags);
      problems = List.copyOf(problems);
    }

    /** How many log entries the member with this id is behind; empty where that is not known. */
    public OptionalLong lagOf(String member) {
      return lags.stream()
          .filter(lag -> lag.member().equals(member))
          .mapToLong(Lag::entries)
          .findFirst();
    }

    static Replica of(ArcStatus arc) {
      return new Replica(
          "%016x".formatted(arc.number()),
          arc.arc().from().toString(),
          arc.arc().to().toString(),
          arc.epoch(),
          arc.daddy().map(Object::toString),
          Member.of(arc.members()),
          Member.of(arc.learners()),
          arc.records(),
          arc.applied(),
          arc.lags().stream().map(lag -> new Lag(lag.member().toString(), lag.entries())).toList(),
          arc.health().state().name().toLowerCase(Locale.ROOT),
          arc.health().problems());
    }
  }

  /**
   * How far a member is behind its daddy.
   *
   * @param member its id
   * @param entries of the log that it is not known to have
   */
  public record Lag(String member, long entries) {}

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
