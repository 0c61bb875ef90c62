package io.kringle.pubsub;

import io.kringle.ring.Bytes;

/**
 * A published message with its place in the topic.
 *
 * @param sequence its number: 1, 2, 3, …
 * @param payload what was published
 */
public record Numbered(long sequence, Bytes payload) {}
