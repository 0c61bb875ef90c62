package io.kringle.pubsub;

import io.kringle.ring.Id;
import io.kringle.ring.LeafSet;
import io.kringle.ring.Peer;
import io.kringle.ring.RingListener;
import io.kringle.ring.RingView;
import java.util.List;
import java.util.Optional;

/** A ring whose members are given, and never change. */
record FixedRing(Peer self, LeafSet leafSet) implements RingView {

  static FixedRing of(Peer self, List<Peer> members, int leaves) {
    LeafSet leafSet = LeafSet.alone(self, leaves);
    for (Peer member : members) {
      leafSet = leafSet.with(member);
    }
    return new FixedRing(self, leafSet);
  }

  @Override
  public boolean isActive() {
    return true;
  }

  @Override
  public Optional<Peer> find(Id id) {
    return leafSet.find(id);
  }

  @Override
  public boolean isFailed(Id peer) {
    return false;
  }

  @Override
  public void suspect(Peer peer) {}

  @Override
  public void listen(RingListener listener) {}
}
