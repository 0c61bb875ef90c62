package io.kringle.ring;

/** What the world tells a node; each call is one step. */
public interface Inbound {

  /**
   * A message from a peer that has proven, by its handshake, to belong to this ring or to be
   * joining it.
   */
  void received(Peer from, Message message);

  /**
   * The connection to a peer was refused, broke, or fell silent. Messages that were sent to it
   * lately may be lost. It need not be dead: the process may have restarted, or the network may be
   * cut.
   */
  void unreachable(Peer peer, String reason);

  /** Nobody who may be talked to listens at this endpoint. */
  void contactFailed(Endpoint endpoint, String reason);

  /**
   * Whoever listens at this endpoint will never let this node in, as it is: it belongs to another
   * ring, or has the same id.
   */
  default void contactRefused(Endpoint endpoint, String reason) {
    contactFailed(endpoint, reason);
  }
}
