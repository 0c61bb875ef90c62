package io.kringle.node.testing;

import io.kringle.ring.LeafSet;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/** The ring as it is, to hold against what its nodes believe. */
final class Circle {
  private Circle() {}

  /** Whether each node that is up is in the ring, and knows the two next to it. */
  static <S> boolean isWhole(Collection<Member<S>> members) {
    List<Member<S>> circle =
        members.stream().filter(Member::isUp).sorted(Comparator.comparing(Member::id)).toList();
    for (int i = 0; i < circle.size(); i++) {
      Member<S> before = circle.get(Math.floorMod(i - 1, circle.size()));
      Member<S> after = circle.get((i + 1) % circle.size());
      LeafSet leaves = circle.get(i).ring().leafSet();
      boolean knows =
          leaves.predecessor().equals(before.ring().self())
              && leaves.successor().equals(after.ring().self());
      if (!knows || !circle.get(i).isActive()) {
        return false;
      }
    }
    return true;
  }
}
