package io.kringle.replication;

import io.kringle.ring.Id;
import io.kringle.ring.Peer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What everybody has said of an arc before a recovery, and whether that allows it. */
final class Survey {
  private final Group group;
  private final Context node;
  private final Configuration now;
  private final List<Answer> answers;

  /** What one node keeps of the arc. */
  record Answer(Peer from, List<ReplicationMessage.Holding> replicas) {
    Optional<ReplicationMessage.Holding> of(long arc) {
      return replicas.stream().filter(each -> each.arc() == arc).findFirst();
    }
  }

  Survey(Group group, List<Answer> answers) {
    this.group = group;
    this.node = group.node;
    this.now = group.configuration();
    this.answers = answers;
  }

  static ReplicationMessage.Holding holding(Group group) {
    return new ReplicationMessage.Holding(
        group.arc,
        group.generation(),
        group.epoch(),
        group.log.last(),
        group.log.lastEpoch(),
        isFilled(group),
        group.isBroken());
  }

  private static boolean isFilled(Group group) {
    return !group.isInstalling() && !group.isMending();
  }

  /** Whom to ask: the members, and every neighbour. */
  static List<Peer> asked(Group group) {
    Map<Id, Peer> all = new TreeMap<>();
    group.configuration().everyone().forEach(member -> all.put(member.id(), member));
    group.node.ring.leafSet().peers().forEach(peer -> all.put(peer.id(), peer));
    all.remove(group.node.self().id());
    return List.copyOf(all.values());
  }

  Recovery found() {
    ReplicationMessage.Holding own = holding(group);
    return new Recovery(
        group.status(),
        own.lastIndex(),
        own.lastEpoch(),
        own.filled(),
        now.everyone().stream().map(peer -> new Recovery.Member(peer, state(peer))).toList(),
        obstacles(own),
        false);
  }

  /** What is known of a member's replica; this node's own included. */
  private Optional<ReplicationMessage.Holding> held(Peer member) {
    return node.isSelf(member)
        ? Optional.of(holding(group))
        : answer(member).flatMap(answer -> answer.of(group.arc));
  }

  private Optional<Answer> answer(Peer member) {
    return answers.stream().filter(each -> Configuration.same(each.from(), member)).findFirst();
  }

  private String state(Peer member) {
    Optional<ReplicationMessage.Holding> held = held(member);
    if (held.isPresent()) {
      return words(held.get());
    }
    if (answer(member).isPresent()) {
      return "lives, and has no replica of this arc";
    }
    boolean returned = answers.stream().anyMatch(each -> each.from().id().equals(member.id()));
    return returned || node.isStranger(member) ? "has lost its disk" : "does not answer";
  }

  private static String words(ReplicationMessage.Holding held) {
    String log =
        "its log ends with entry %d of epoch %d".formatted(held.lastIndex(), held.lastEpoch());
    if (held.broken()) {
      return "its disk has failed; " + log;
    }
    return held.filled() ? log : "its records are not complete; " + log;
  }

  // What is in the way.

  private List<String> obstacles(ReplicationMessage.Holding own) {
    List<String> obstacles = new ArrayList<>();
    if (own.broken()) {
      obstacles.add("the disk of this node has failed");
    }
    if (group.isMending()) {
      obstacles.add("some records of this node are damaged");
    }
    answers.forEach(answer -> newer(answer, own).ifPresent(obstacles::add));
    majority().ifPresent(obstacles::add);
    answers.stream()
        .filter(answer -> now.includes(answer.from()))
        .filter(answer -> answer.of(group.arc).filter(held -> isFarther(held, own)).isPresent())
        .map(answer -> "the replica of " + answer.from() + " is farther: recover it there")
        .forEach(obstacles::add);
    return obstacles;
  }

  /** The group has gone on without this replica, or without its knowing all of it. */
  private static Optional<String> newer(Answer answer, ReplicationMessage.Holding own) {
    return answer.replicas().stream()
        .filter(held -> held.generation() > own.generation())
        .findFirst()
        .map(
            held ->
                "%s keeps arc %016x by a newer configuration, in which this replica may count for"
                        .formatted(answer.from(), held.arc())
                    + " nothing");
  }

  /** One with all records among a majority is enough to go on by the usual way. */
  private Optional<String> majority() {
    List<Peer> there = new ArrayList<>();
    boolean anyFilled = false;
    for (Peer voter : now.voters()) {
      Optional<ReplicationMessage.Holding> held = held(voter).filter(each -> !each.broken());
      held.ifPresent(each -> there.add(voter));
      anyFilled |= held.filter(ReplicationMessage.Holding::filled).isPresent();
    }
    return there.size() >= now.majority() && anyFilled
        ? Optional.of("a majority of the members is there: " + there)
        : Optional.empty();
  }

  private static boolean isFarther(
      ReplicationMessage.Holding held, ReplicationMessage.Holding own) {
    if (held.broken() || !held.filled()) {
      return false;
    }
    boolean isLonger =
        held.lastEpoch() > own.lastEpoch()
            || (held.lastEpoch() == own.lastEpoch() && held.lastIndex() > own.lastIndex());
    return !own.filled() || isLonger;
  }
}
