package io.kringle.node.sim;

import io.kringle.ring.Arc;
import io.kringle.ring.Peer;
import io.kringle.ring.RingConfig;
import io.kringle.ring.RingView;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Whether nodes see one ring, and all of it: each has exactly those as leaves that stand next to it
 * in the sorted list of all, and their arcs cover the circle without gap or overlap.
 */
final class RingAgreement {
  private static final int PER_SIDE = RingConfig.defaults().leafSetSize() / 2;

  private RingAgreement() {}

  /** What the first node that sees it otherwise has wrong, in words; empty if all agree. */
  static Optional<String> disagreement(Collection<? extends RingView> views) {
    List<RingView> sorted = new ArrayList<>(views);
    sorted.sort(Comparator.comparing(view -> view.self().id()));
    for (int i = 0; i < sorted.size(); i++) {
      Optional<String> wrong = wrongLeaves(sorted, i);
      if (wrong.isEmpty()) {
        wrong = wrongArc(sorted, i);
      }
      if (wrong.isPresent()) {
        return wrong;
      }
    }
    return Optional.empty();
  }

  private static Optional<String> wrongLeaves(List<RingView> sorted, int at) {
    RingView view = sorted.get(at);
    List<Peer> clockwise = walk(sorted, at, 1);
    List<Peer> counterClockwise = walk(sorted, at, -1);
    boolean right =
        view.leafSet().clockwise().equals(clockwise)
            && view.leafSet().counterClockwise().equals(counterClockwise);
    return right
        ? Optional.empty()
        : Optional.of(
            view.self()
                + " has the leaves "
                + view.leafSet()
                + " instead of "
                + counterClockwise
                + " and "
                + clockwise);
  }

  private static Optional<String> wrongArc(List<RingView> sorted, int at) {
    RingView view = sorted.get(at);
    RingView next = sorted.get((at + 1) % sorted.size());
    Arc arc = view.leafSet().arc();
    Arc following = next.leafSet().arc();
    return arc.to().equals(following.from())
        ? Optional.empty()
        : Optional.of(
            "between "
                + view.self()
                + " and "
                + next.self()
                + " one arc ends at "
                + arc.to()
                + " and the other begins at "
                + following.from());
  }

  /** Those next to one in one direction, nearest first. */
  private static List<Peer> walk(List<RingView> sorted, int at, int direction) {
    List<Peer> peers = new ArrayList<>();
    for (int step = 1; step <= Math.min(PER_SIDE, sorted.size() - 1); step++) {
      peers.add(sorted.get(Math.floorMod(at + direction * step, sorted.size())).self());
    }
    return peers;
  }
}
