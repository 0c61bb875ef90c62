package io.kringle.routing;

import io.kringle.ring.Id;
import io.kringle.ring.Peer;

/**
 * How a message came.
 *
 * @param key the id that it was sent to; of a message to one peer, that peer's id
 * @param origin who sent it first
 * @param hops how many times it was passed on: 0 when the origin is the owner
 */
public record Delivery(Id key, Peer origin, int hops) {}
