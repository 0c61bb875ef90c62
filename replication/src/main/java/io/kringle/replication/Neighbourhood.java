package io.kringle.replication;

import io.kringle.ring.Arc;
import io.kringle.ring.Id;
import io.kringle.ring.Peer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The nodes around one of them in clockwise order, as the ring sees them: dead members that are
 * expected back keep their place, nodes that are about to leave have lost theirs.
 */
final class Neighbourhood {
  private final List<Peer> nodes;

  /** As far as nobody is missing; all round, the last node is followed by the first. */
  private final Arc reach;

  private Neighbourhood(List<Peer> nodes, Arc reach) {
    this.nodes = List.copyOf(nodes);
    this.reach = reach;
  }

  /** The nodes around this one. */
  static Neighbourhood of(Context node, List<Peer> members) {
    return of(node, ClientMessage.Around.of(node.ring.leafSet()), members);
  }

  /** The nodes around another one, as it has told. */
  static Neighbourhood of(Context node, ClientMessage.Around told, List<Peer> members) {
    Arc reach = told.reach();
    TreeMap<Id, Peer> byPlace = new TreeMap<>();
    told.nodes().forEach(each -> byPlace.put(each.id().minus(reach.from()), each));
    for (Peer member : members) {
      if (reach.contains(member.id()) && node.isExpectedBack(member)) {
        byPlace.putIfAbsent(member.id().minus(reach.from()), member);
      }
    }
    byPlace.values().removeIf(node::isLeaving);
    return new Neighbourhood(List.copyOf(byPlace.values()), reach);
  }

  /** Whether it holds the {@code count} nodes that are to keep what begins at {@code id}. */
  boolean shows(Id id, int count) {
    return !isEmpty() && reach.contains(id) && !keepers(id, count).isEmpty();
  }

  boolean isEmpty() {
    return nodes.isEmpty();
  }

  /**
   * The first place within {@code arc}, going clockwise, where ownership passes from one node to
   * the next.
   */
  Optional<Id> borderWithin(Arc arc) {
    Optional<Id> first = Optional.empty();
    int last = reach.isCircle() ? nodes.size() : nodes.size() - 1;
    for (int i = 0; i < last && nodes.size() > 1; i++) {
      Id border = Arc.border(nodes.get(i).id(), nodes.get((i + 1) % nodes.size()).id());
      boolean nearer =
          first.isEmpty() || border.minus(arc.from()).compareTo(first.get().minus(arc.from())) < 0;
      if (arc.canSplit(border) && nearer) {
        first = Optional.of(border);
      }
    }
    return first;
  }

  /** Who owns {@code id}. */
  Peer owner(Id id) {
    Peer best = nodes.get(0);
    for (Peer each : nodes) {
      if (id.isCloserTo(each.id(), best.id())) {
        best = each;
      }
    }
    return best;
  }

  /**
   * The owner of {@code id} and the nearest to it, alternately clockwise and counter-clockwise;
   * fewer than {@code count} only if the ring has no more, and none at all where it does not reach
   * far enough.
   */
  List<Peer> keepers(Id id, int count) {
    int middle = nodes.indexOf(owner(id));
    int wanted = reach.isCircle() ? Math.min(count, nodes.size()) : count;
    List<Peer> keepers = new ArrayList<>();
    for (int i = 0; i < wanted; i++) {
      int at = middle + (i % 2 == 1 ? (i + 1) / 2 : -i / 2);
      if (!reach.isCircle() && (at < 0 || at >= nodes.size())) {
        return List.of();
      }
      keepers.add(nodes.get(Math.floorMod(at, nodes.size())));
    }
    return keepers;
  }
}
