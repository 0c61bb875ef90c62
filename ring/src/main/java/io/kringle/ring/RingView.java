package io.kringle.ring;

import java.util.Optional;

/**
 * What the layers above may ask of the ring, and tell it. Called within a step of the node, never
 * concurrently.
 */
public interface RingView {

  /** This node. */
  Peer self();

  /** Whether the node has joined its ring and may answer for its arc. */
  boolean isActive();

  /** The nearest peers, as of this step. */
  LeafSet leafSet();

  /** What is known of the node with this id: a leaf, or a peer that was heard of lately. */
  Optional<Peer> find(Id id);

  /** Whether {@code peer} was lately found dead, and has not been heard of since. */
  boolean isFailed(Id peer);

  /**
   * Has the peer looked at now, because a message to it was not answered. It is dropped if it turns
   * out to be dead.
   */
  void suspect(Peer peer);

  /** Adds a listener, for as long as the node lives. */
  void listen(RingListener listener);

  /** Whether this node owns {@code key}: it is active, and the closest that it knows of. */
  default boolean owns(Id key) {
    return isActive() && leafSet().arc().contains(key);
  }
}
