package io.kringle.routing;

import io.kringle.ring.Schema;

/** The numbers of routing's messages: 50 to 99. */
public final class RoutingMessages {

  private RoutingMessages() {}

  /**
   * Adds every message of this layer. The ring's records, of which {@code Peer} is one, are added
   * by the ring.
   */
  public static void register(Schema schema) {
    schema
        .add(50, RoutingMessage.Hop.class)
        .add(51, RoutingMessage.Acks.class)
        .add(52, RoutingMessage.Nack.class)
        .add(53, RoutingMessage.Reply.class)
        .add(54, RoutingMessage.Refusal.class)
        .add(55, RoutingMessage.Ping.class)
        .add(56, RoutingMessage.RowRequest.class)
        .add(57, RoutingMessage.RowReply.class)
        .add(58, RoutingMessage.Sighting.class)
        .add(59, RoutingMessage.Taken.class)
        .add(60, RoutingMessage.Holders.class)
        .add(61, RoutingMessage.Gone.class)
        .add(62, RoutingMessage.Stuck.class);
  }
}
