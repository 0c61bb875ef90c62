package io.kringle.ring;

/**
 * Hears of changes of the ring, within the step that made them: the {@code update} upcall of the
 * common overlay API.
 */
public interface RingListener {

  /** The node has joined its ring, or started it, and answers for its arc from now on. */
  default void joined() {}

  /** The leaf set is another one than before. */
  default void leafSetChanged(LeafSet before, LeafSet after) {}

  /**
   * A seed is there, but will not let this node in: it belongs to another ring. Told while this
   * node is alone in its own.
   */
  default void anotherRing(Endpoint seed, String reason) {}

  /** A peer has become a leaf of this node. */
  default void arrived(Peer peer) {}

  /**
   * A leaf of this node has left or died, or came back as another incarnation.
   *
   * @param inherited whether its id now belongs to this node, which is true at exactly one
   *     survivor. When the survivor that was to inherit dies at the same time, another is told of
   *     the same peer a second time, now with true.
   */
  default void departed(Peer peer, boolean inherited) {}

  /**
   * A peer, leaf or not, has proven to be alive, or stands on the path by which this node joined.
   */
  default void met(Peer peer) {}

  /** A peer, leaf or not, has been found dead, or has left. */
  default void lost(Peer peer) {}
}
