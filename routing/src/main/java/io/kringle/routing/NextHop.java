package io.kringle.routing;

import io.kringle.ring.Arc;
import io.kringle.ring.Id;
import io.kringle.ring.LeafSet;
import io.kringle.ring.Peer;
import io.kringle.ring.RingView;
import java.util.List;
import java.util.Optional;

/**
 * Where a message goes next: Rowstron and Druschel 2001, figure 1.
 *
 * <p>Each choice is the closest of the leaves, or shares more digits with the key than this node,
 * or shares as many and is closer; so a message does not go in circles, as long as leaf sets do not
 * contradict each other.
 */
final class NextHop {
  private final RingView ring;
  private final RoutingTable table;

  /** Always the arc of {@link #leaves}: kept, because most of what comes is for this node. */
  private Arc own;

  private LeafSet leaves;

  NextHop(RingView ring, RoutingTable table) {
    this.ring = ring;
    this.table = table;
    this.leaves = ring.leafSet();
    this.own = leaves.arc();
  }

  /**
   * The next hop for {@code key} among all but {@code avoided}; empty if nobody else is closer than
   * this node, which does not yet say that it is the owner.
   */
  Optional<Peer> towards(Id key, List<Id> avoided) {
    refresh();
    if (own.contains(key)) {
      return Optional.empty();
    }
    if (leaves.covers(key)) {
      return closestLeaf(key, avoided);
    }
    Optional<Peer> entry = table.towards(key);
    if (entry.isPresent()) {
      if (isUsable(entry.get(), avoided)) {
        return entry;
      }
      if (ring.isFailed(entry.get().id())) {
        table.remove(entry.get().id());
      }
    }
    return anyCloser(key, avoided);
  }

  /**
   * Whether {@code peer} owns {@code key}, by the leaves: if it is silent, nobody else may have it.
   */
  boolean isOwner(Peer peer, Id key) {
    refresh();
    return leaves.covers(key) && leaves.closest(key).equals(peer);
  }

  /**
   * Justification: another leaf set is another object, and comparing members would cost more than
   * it saves.
   */
  @SuppressWarnings("ReferenceEquality")
  private void refresh() {
    LeafSet current = ring.leafSet();
    if (leaves != current) {
      leaves = current;
      own = current.arc();
    }
  }

  private Optional<Peer> closestLeaf(Id key, List<Id> avoided) {
    if (avoided.isEmpty()) {
      Peer closest = leaves.closest(key);
      return closest.id().equals(ring.self().id()) ? Optional.empty() : Optional.of(closest);
    }
    Search search = new Search(key, 0, avoided);
    leaves.peers().forEach(search::consider);
    return search.found();
  }

  /** The rare case: no entry where there should be one. */
  private Optional<Peer> anyCloser(Id key, List<Id> avoided) {
    int shared = Digits.shared(ring.self().id(), key);
    Search search = new Search(key, shared, avoided);
    leaves.peers().forEach(search::consider);
    table.forEachFrom(shared, entry -> search.consider(entry.peer()));
    return search.found();
  }

  private boolean isUsable(Peer peer, List<Id> avoided) {
    return !avoided.contains(peer.id()) && !ring.isFailed(peer.id());
  }

  /** Looks for the closest to the key that shares enough digits with it. */
  private final class Search {
    private final Id key;
    private final int minShared;
    private final List<Id> avoided;
    private Peer best = ring.self();

    Search(Id key, int minShared, List<Id> avoided) {
      this.key = key;
      this.minShared = minShared;
      this.avoided = avoided;
    }

    void consider(Peer peer) {
      if (Digits.shared(peer.id(), key) >= minShared
          && key.isCloserTo(peer.id(), best.id())
          && isUsable(peer, avoided)) {
        best = peer;
      }
    }

    Optional<Peer> found() {
      return best.id().equals(ring.self().id()) ? Optional.empty() : Optional.of(best);
    }
  }
}
