package io.kringle.ring;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The leaf set as it changes, and the upcalls that tell of it. Upcalls come after the change is
 * complete.
 *
 * <p>Invariant: whoever is a leaf has said itself that it is there, by a {@link RingMessage.Probe}
 * or a {@link RingMessage.ProbeReply}, and has not been found dead since.
 */
final class Neighbourhood {
  private final World world;
  private final RingConfig config;
  private final Inheritance inheritance;
  private final List<RingListener> listeners = new ArrayList<>();
  private LeafSet leaves;

  Neighbourhood(World world, RingConfig config, Peer self) {
    this.world = world;
    this.config = config;
    this.leaves = LeafSet.alone(self, config.leafSetSize());
    this.inheritance = new Inheritance(self, config.detection());
  }

  LeafSet leaves() {
    return leaves;
  }

  void listen(RingListener listener) {
    listeners.add(listener);
  }

  /**
   * Whether {@code peer} would change the leaf set: a new leaf, or another life or address of a
   * known one.
   */
  boolean wants(Peer peer) {
    Optional<Peer> known = leaves.find(peer.id());
    return known.isPresent() ? !known.get().equals(peer) : leaves.wants(peer.id());
  }

  boolean isSelf(Peer peer) {
    return leaves.self().id().equals(peer.id());
  }

  boolean isLeaf(Peer peer) {
    return leaves.find(peer.id()).filter(peer::equals).isPresent();
  }

  /**
   * Takes in a peer that has just proven to be alive, if it is near enough; whether the leaf set
   * changed.
   */
  boolean admit(Peer peer) {
    if (peer.id().equals(leaves.self().id()) || !wants(peer)) {
      return false;
    }
    Optional<Peer> stranger =
        leaves.find(peer.id()).filter(old -> old.incarnation() != peer.incarnation());
    boolean moved = leaves.contains(peer.id()) && stranger.isEmpty();
    change(leaves.with(peer));
    stranger.ifPresent(old -> each(listener -> listener.departed(old, false)));
    if (!moved) {
      each(listener -> listener.arrived(peer));
    }
    return true;
  }

  /** Drops a leaf that died or left. */
  void drop(Peer peer, boolean active) {
    change(leaves.without(peer.id()));
    boolean inherited = inheritance.falls(peer, leaves, world.now()) && active;
    each(listener -> listener.departed(peer, inherited));
    for (Peer other : inheritance.claim(leaves, world.now())) {
      each(listener -> listener.departed(other, active));
    }
  }

  /** Back to having no leaves, as a node that did not get in. */
  void forget() {
    change(LeafSet.alone(leaves.self(), config.leafSetSize()));
  }

  private void change(LeafSet after) {
    LeafSet before = leaves;
    leaves = after;
    each(listener -> listener.leafSetChanged(before, after));
  }

  /** Tells every listener, those added meanwhile included from the next upcall on. */
  void each(Consumer<RingListener> upcall) {
    List.copyOf(listeners).forEach(upcall);
  }
}
