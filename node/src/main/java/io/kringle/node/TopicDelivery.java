package io.kringle.node;

/** What an actor that has subscribed to a topic is told, in order. */
public sealed interface TopicDelivery {

  /**
   * A message.
   *
   * @param done to be run when the actor is done with it, from any thread: it is told only so many
   *     that it is not done with
   */
  record Message(TopicMessage message, Runnable done) implements TopicDelivery {}

  /** Messages that the actor is not told. */
  record Missed(MissedMessages messages) implements TopicDelivery {}

  /** The subscription has ended without being cancelled; nothing follows. */
  record Ended(KringleException why) implements TopicDelivery {}
}
