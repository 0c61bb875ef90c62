package io.kringle.pubsub;

import io.kringle.ring.Bytes;

/**
 * A published message with its place in the topic.
 *
 * @param sequence its number
 * @param previous the number of the message before it, by which whoever missed that one notices; 0
 *     for the first
 * @param id by which a message that was numbered twice is recognised
 * @param payload what was published
 */
public record Numbered(long sequence, long previous, MessageId id, Bytes payload) {}
