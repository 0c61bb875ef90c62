package io.kringle.ring;

/**
 * The numbers of the ring's messages on the wire, 1 to 49, and of the records that every layer's
 * messages contain.
 */
public final class RingMessages {
  private RingMessages() {}

  /** Adds them to {@code schema}. */
  public static void register(Schema schema) {
    schema
        .add(1, Endpoint.class)
        .add(2, Peer.class)
        .add(10, RingMessage.JoinRequest.class)
        .add(11, RingMessage.JoinReply.class)
        .add(12, RingMessage.JoinRefused.class)
        .add(13, RingMessage.Probe.class)
        .add(14, RingMessage.ProbeReply.class)
        .add(15, RingMessage.Heartbeat.class)
        .add(16, RingMessage.Failed.class)
        .add(17, RingMessage.Leaving.class)
        .add(18, RingMessage.Doubted.class);
  }
}
