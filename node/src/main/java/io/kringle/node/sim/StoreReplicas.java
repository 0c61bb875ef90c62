package io.kringle.node.sim;

import io.kringle.replication.ArcStatus;
import io.kringle.replication.ArcStorage;
import io.kringle.ring.Id;
import io.kringle.ring.Peer;
import io.kringle.testkit.Network;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** The replicas of all nodes, seen from above. */
final class StoreReplicas {
  private final ExploreRing<StackNode> ring;
  private final Network network;

  /** One node's replica of an arc. */
  private record Replica(Peer at, StackNode node, ArcStatus status) {
    boolean isLeading() {
      return status.daddy().filter(at.id()::equals).isPresent();
    }
  }

  StoreReplicas(ExploreRing<StackNode> ring, Network network) {
    this.ring = ring;
    this.network = network;
  }

  private static List<Replica> of(List<ExploreProcess<StackNode>> processes) {
    List<Replica> replicas = new ArrayList<>();
    for (ExploreProcess<StackNode> process : processes) {
      process
          .node()
          .ifPresent(
              node ->
                  node.arcs().forEach(arc -> replicas.add(new Replica(process.self(), node, arc))));
    }
    return replicas;
  }

  // ---- while there are faults

  /**
   * Whether, as things are now, of every arc a majority is awake and has a disk that takes values,
   * all of them connected in both directions with each other and with the node that asks: then that
   * should be answered soon, whatever it is. Reading and deleting need no room; but a question is
   * not asked what it is, so that where a majority has none, those do not count either.
   */
  Predicate<ExploreProcess<StackNode>> areWithinReach() {
    Map<Peer, ExploreProcess<StackNode>> awake = new HashMap<>();
    ring.awake().forEach(process -> awake.put(process.self(), process));
    List<ArcStatus> arcs = newest(of(ring.up()));
    return asker ->
        awake.containsKey(asker.self())
            && arcs.stream().allMatch(arc -> isWithinReach(asker.self(), arc, awake));
  }

  private boolean isWithinReach(
      Peer asker, ArcStatus arc, Map<Peer, ExploreProcess<StackNode>> awake) {
    List<Peer> connected = new ArrayList<>();
    for (Peer member : arc.members()) {
      boolean reachable =
          awake.containsKey(member)
              && awake.get(member).disk().takesValues()
              && areConnected(asker.id(), member.id())
              && connected.stream().allMatch(each -> areConnected(each.id(), member.id()));
      if (reachable) {
        connected.add(member);
      }
    }
    return ExploredStack.isMajority(connected.size(), arc);
  }

  private boolean areConnected(Id one, Id other) {
    return one.equals(other) || network.passes(one, other) && network.passes(other, one);
  }

  /** Of replicas that overlap, the one of the highest epoch, and of those the one farthest on. */
  private static List<ArcStatus> newest(List<Replica> replicas) {
    List<ArcStatus> newest = new ArrayList<>();
    replicas.stream()
        .map(Replica::status)
        .sorted(
            Comparator.comparingLong(ArcStatus::epoch)
                .thenComparingLong(ArcStatus::applied)
                .reversed())
        .filter(arc -> newest.stream().noneMatch(other -> other.arc().overlaps(arc.arc())))
        .forEach(newest::add);
    return newest;
  }

  // ---- when all is well again

  /** Every replica of those that are up, a line each. */
  List<String> describe() {
    return of(ring.up()).stream()
        .map(replica -> replica.at() + " keeps " + replica.status())
        .toList();
  }

  /** Why the replicas are not as they should be yet, in words; empty if they are. */
  Optional<String> disagreement() {
    List<Replica> all = of(ring.up());
    List<Replica> leading =
        all.stream()
            .filter(Replica::isLeading)
            .sorted(Comparator.comparing(replica -> replica.status().arc().from()))
            .toList();
    return gapOrOverlap(leading)
        .or(() -> leading.stream().flatMap(one -> unequal(one, all).stream()).findFirst())
        .or(() -> stray(all, leading));
  }

  private static Optional<String> gapOrOverlap(List<Replica> leading) {
    if (leading.isEmpty()) {
      return Optional.of("nobody leads any arc");
    }
    if (leading.size() == 1) {
      ArcStatus only = leading.get(0).status();
      return only.arc().isCircle() ? Optional.empty() : Optional.of("nobody leads beyond " + only);
    }
    for (int i = 0; i < leading.size(); i++) {
      Replica one = leading.get(i);
      Replica next = leading.get((i + 1) % leading.size());
      if (!one.status().arc().to().equals(next.status().arc().from())) {
        return Optional.of(
            "%s leads %s, and next %s leads %s"
                .formatted(one.at(), one.status().arc(), next.at(), next.status().arc()));
      }
    }
    return Optional.empty();
  }

  private static Optional<String> unequal(Replica leader, List<Replica> all) {
    ArcStatus status = leader.status();
    for (Peer member : status.members()) {
      Optional<Replica> replica =
          all.stream()
              .filter(each -> each.at().equals(member) && each.status().arc().equals(status.arc()))
              .findFirst();
      if (replica.isEmpty()) {
        return Optional.of(member + " has no replica of " + status);
      }
      if (replica.get().status().applied() != status.applied()) {
        return Optional.of(
            "%s and %s are not equally far with %s".formatted(leader.at(), member, status.arc()));
      }
      Optional<String> different =
          difference(
              leader.node().recordsOf(status.arc()), replica.get().node().recordsOf(status.arc()));
      if (different.isPresent()) {
        return different.map(
            key ->
                "%s and %s have different records of %s, such as '%s'"
                    .formatted(leader.at(), member, status.arc(), key));
      }
    }
    return status.learners().isEmpty()
        ? Optional.empty()
        : Optional.of(status.learners() + " are still being filled with " + status.arc());
  }

  /** A key under which not both have the same; empty if there is none. */
  private static Optional<String> difference(
      List<ArcStorage.StoredRecord> some, List<ArcStorage.StoredRecord> others) {
    List<ArcStorage.StoredRecord> only = new ArrayList<>(some);
    only.removeAll(others);
    List<ArcStorage.StoredRecord> missing = new ArrayList<>(others);
    missing.removeAll(some);
    only.addAll(missing);
    return only.stream().findFirst().map(ArcStorage.StoredRecord::key);
  }

  private static Optional<String> stray(List<Replica> all, List<Replica> leading) {
    return all.stream()
        .filter(
            replica ->
                leading.stream()
                    .noneMatch(
                        leader ->
                            leader.status().arc().equals(replica.status().arc())
                                && leader.status().members().contains(replica.at())))
        .findFirst()
        .map(stray -> stray.at() + " keeps a replica that it is no member for: " + stray.status());
  }
}
