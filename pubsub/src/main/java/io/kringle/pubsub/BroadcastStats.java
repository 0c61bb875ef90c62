package io.kringle.pubsub;

/**
 * What a node has had to do with messages to all of the ring, since its start.
 *
 * @param heard messages that it heard
 * @param passedOn messages sent on to others
 * @param repeated times that it was told what it had heard
 * @param turnedAway messages that it did not hear for lack of room to remember them
 */
public record BroadcastStats(long heard, long passedOn, long repeated, long turnedAway) {}
