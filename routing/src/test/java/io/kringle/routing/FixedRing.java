package io.kringle.routing;

import io.kringle.ring.Id;
import io.kringle.ring.LeafSet;
import io.kringle.ring.Peer;
import io.kringle.ring.RingListener;
import io.kringle.ring.RingView;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * A ring whose members are given. A suspect is found dead at once if the oracle says that it is.
 */
final class FixedRing implements RingView {
  private final Peer self;
  private final Predicate<Id> dead;
  private final List<RingListener> listeners = new ArrayList<>();
  private final Set<Id> failed = new LinkedHashSet<>();
  private final List<Peer> suspects = new ArrayList<>();
  private LeafSet leaves;
  private boolean active = true;

  FixedRing(Peer self, List<Peer> others, int leafSetSize, Predicate<Id> dead) {
    this.self = self;
    this.dead = dead;
    this.leaves = LeafSet.alone(self, leafSetSize);
    for (Peer other : others) {
      leaves = leaves.with(other);
    }
  }

  /** The leaves of the node at {@code index} of the sorted ring. */
  static FixedRing at(int index, List<Peer> sorted, int leafSetSize, Predicate<Id> dead) {
    List<Peer> near = new ArrayList<>();
    int size = sorted.size();
    for (int step = 1; step <= Math.min(leafSetSize / 2, size - 1); step++) {
      near.add(sorted.get((index + step) % size));
      near.add(sorted.get(Math.floorMod(index - step, size)));
    }
    return new FixedRing(sorted.get(index), near, leafSetSize, dead);
  }

  void activate(boolean isActive) {
    active = isActive;
  }

  void join() {
    listeners.forEach(RingListener::joined);
  }

  List<Peer> suspects() {
    return suspects;
  }

  @Override
  public Peer self() {
    return self;
  }

  @Override
  public boolean isActive() {
    return active;
  }

  @Override
  public LeafSet leafSet() {
    return leaves;
  }

  @Override
  public Optional<Peer> find(Id id) {
    return leaves.find(id);
  }

  @Override
  public boolean isFailed(Id peer) {
    return failed.contains(peer);
  }

  @Override
  public void suspect(Peer peer) {
    suspects.add(peer);
    if (dead.test(peer.id()) && failed.add(peer.id())) {
      boolean leaf = leaves.contains(peer.id());
      leaves = leaves.without(peer.id());
      if (leaf) {
        listeners.forEach(listener -> listener.departed(peer, false));
      }
    }
  }

  @Override
  public void listen(RingListener listener) {
    listeners.add(listener);
  }
}
