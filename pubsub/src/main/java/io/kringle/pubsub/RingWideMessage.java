package io.kringle.pubsub;

import io.kringle.ring.Bytes;
import io.kringle.ring.Id;
import io.kringle.ring.Message;
import io.kringle.ring.Peer;

/** What nodes say to each other about messages to all of the ring. */
public sealed interface RingWideMessage extends Message {

  /**
   * Asked of a node: hear it, and see to it that every other node from {@code from} on and before
   * {@code to} does; these may be the same, which is the whole circle.
   *
   * @param hops how often it was passed on
   * @param withinMillis after which the asker waits no longer
   */
  record Spread(
      MessageId id, Peer origin, Id from, Id to, int hops, long withinMillis, Bytes payload)
      implements RingWideMessage {}

  /**
   * The answer.
   *
   * @param nodes how many have heard it for the first time there
   * @param exact whether these are all nodes there
   * @param depth how often it was passed on there
   */
  record Reached(int nodes, boolean exact, int depth) implements RingWideMessage {}

  /**
   * Sent to every neighbour.
   *
   * @param hopsLeft how often it may still be passed on
   */
  record Flooded(MessageId id, Peer origin, int hopsLeft, Bytes payload)
      implements RingWideMessage {}
}
