package io.kringle.node;

/** What a subscriber of a topic gets, in order: messages, and notices of what it does not get. */
public sealed interface TopicEvent permits TopicMessage, MissedMessages {

  /** The topic's name. */
  String topic();
}
