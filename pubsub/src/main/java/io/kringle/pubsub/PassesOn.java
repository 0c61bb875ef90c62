package io.kringle.pubsub;

/**
 * A subscriber that passes messages on to other nodes: it is handed the {@link Manifest manifest}
 * of a large one, which fits into a message between nodes, in its place.
 */
interface PassesOn extends Messaging.Subscriber {}
