package io.kringle.replication;

import io.kringle.ring.Id;
import io.kringle.ring.LeafSet;
import io.kringle.ring.Peer;
import io.kringle.ring.RingListener;
import io.kringle.ring.RingView;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A ring view that is told who lives. */
final class FakeRing implements RingView {
  private static final int LEAVES = 16;

  private final Peer self;
  private final List<RingListener> listeners = new ArrayList<>();
  private final Map<Id, Peer> known = new TreeMap<>();
  private final Map<Id, Peer> failed = new TreeMap<>();
  private LeafSet leaves;

  FakeRing(Peer self) {
    this.self = self;
    this.leaves = LeafSet.alone(self, LEAVES);
  }

  /**
   * From now on these are the live nodes, as this one sees it; of the missing, those who left are
   * not failed.
   */
  void see(Collection<Peer> live, Collection<Id> left) {
    LeafSet before = leaves;
    LeafSet after = LeafSet.alone(self, LEAVES);
    for (Peer peer : live) {
      if (!peer.id().equals(self.id())) {
        after = after.with(peer);
        known.put(peer.id(), peer);
        failed.remove(peer.id());
      }
    }
    leaves = after;
    for (Peer peer : before.peers()) {
      boolean stays = live.stream().anyMatch(each -> each.equals(peer));
      if (!stays && !after.contains(peer.id()) && !left.contains(peer.id())) {
        failed.put(peer.id(), peer);
      }
    }
    if (before.equals(after)) {
      return;
    }
    for (RingListener listener : List.copyOf(listeners)) {
      before.peers().stream()
          .filter(peer -> !leaves.contains(peer.id()))
          .forEach(peer -> listener.departed(peer, false));
      leaves.peers().stream()
          .filter(peer -> !before.contains(peer.id()))
          .forEach(listener::arrived);
      listener.leafSetChanged(before, leaves);
    }
  }

  @Override
  public Peer self() {
    return self;
  }

  @Override
  public boolean isActive() {
    return true;
  }

  @Override
  public LeafSet leafSet() {
    return leaves;
  }

  @Override
  public Optional<Peer> find(Id id) {
    return id.equals(self.id()) ? Optional.of(self) : Optional.ofNullable(known.get(id));
  }

  @Override
  public boolean isFailed(Id peer) {
    return failed.containsKey(peer);
  }

  @Override
  public void suspect(Peer peer) {}

  @Override
  public void listen(RingListener listener) {
    listeners.add(listener);
  }
}
