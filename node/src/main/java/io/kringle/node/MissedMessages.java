package io.kringle.node;

/**
 * Messages that a subscriber does not get, because it was slow or they are kept no more.
 *
 * @param topic the topic's name
 * @param from the number of the first one
 * @param count how many they are, one after the other
 */
public record MissedMessages(String topic, long from, long count) implements TopicEvent {}
