package io.kringle.replication;

import io.kringle.ring.Arc;
import io.kringle.ring.Id;
import io.kringle.ring.LeafSet;
import io.kringle.ring.Peer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The nodes around this one in clockwise order, as the ring sees them: dead members that are
 * expected back keep their place, nodes that are about to leave have lost theirs.
 */
final class Neighbourhood {
  private final List<Peer> nodes;

  /** Whether the last node is followed by the first. */
  private final boolean closed;

  private Neighbourhood(List<Peer> nodes, boolean closed) {
    this.nodes = List.copyOf(nodes);
    this.closed = closed;
  }

  static Neighbourhood of(Context node, List<Peer> members) {
    LeafSet leaves = node.ring.leafSet();
    List<Peer> nodes = new ArrayList<>(leaves.peers());
    nodes.add(leaves.self());
    for (Peer member : members) {
      boolean known = nodes.stream().anyMatch(each -> each.id().equals(member.id()));
      if (!known && reaches(leaves, member.id()) && node.isExpectedBack(member)) {
        nodes.add(member);
      }
    }
    nodes.removeIf(node::isLeaving);
    boolean closed = leaves.isWholeRing();
    List<Peer> left = leaves.counterClockwise();
    Id start = closed || left.isEmpty() ? Id.ZERO : left.get(left.size() - 1).id();
    nodes.sort(Comparator.comparing(each -> each.id().minus(start)));
    return new Neighbourhood(nodes, closed);
  }

  /** Whether a node with these leaves knows who is next to {@code id}. */
  static boolean reaches(LeafSet leaves, Id id) {
    return leaves.isWholeRing() || leaves.covers(id);
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
    int last = closed ? nodes.size() : nodes.size() - 1;
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
   * fewer than {@code count} only if the ring has no more, and none at all where this node does not
   * see far enough.
   */
  List<Peer> keepers(Id id, int count) {
    int middle = nodes.indexOf(owner(id));
    int wanted = closed ? Math.min(count, nodes.size()) : count;
    List<Peer> keepers = new ArrayList<>();
    for (int i = 0; i < wanted; i++) {
      int at = middle + (i % 2 == 1 ? (i + 1) / 2 : -i / 2);
      if (!closed && (at < 0 || at >= nodes.size())) {
        return List.of();
      }
      keepers.add(nodes.get(Math.floorMod(at, nodes.size())));
    }
    return keepers;
  }
}
