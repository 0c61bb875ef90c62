package io.kringle.node.sim;

import io.kringle.ring.LeafSet;
import io.kringle.ring.Peer;
import io.kringle.ring.RingView;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Stand-in. */
final class RingAgreement {
  private RingAgreement() {}

  static Optional<String> disagreement(Collection<RingView> views) {
    List<RingView> sorted =
        views.stream().sorted(Comparator.comparing(view -> view.self().id())).toList();
    int n = sorted.size();
    for (int i = 0; i < n; i++) {
      LeafSet leaves = sorted.get(i).leafSet();
      List<Peer> cw = new ArrayList<>();
      List<Peer> ccw = new ArrayList<>();
      for (int k = 1; k <= Math.min(8, n - 1); k++) {
        cw.add(sorted.get((i + k) % n).self());
        ccw.add(sorted.get(Math.floorMod(i - k, n)).self());
      }
      if (!leaves.clockwise().equals(cw) || !leaves.counterClockwise().equals(ccw)) {
        return Optional.of(
            sorted.get(i).self() + " has leaves " + leaves + " instead of " + cw + " and " + ccw);
      }
    }
    return Optional.empty();
  }
}
