package io.kringle.node;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * What a subscriber does with what its topic brings. Called on the callback executor, one call
 * after the other. What it throws is logged.
 */
@FunctionalInterface
public interface TopicHandler {

  /** Takes a published message, and is done with it when this returns. */
  void received(TopicMessage message);

  /**
   * Takes a published message, and is done with it when the stage completes, well or not. Called in
   * place of {@link #received}, by whoever does not have it. The next messages come meanwhile, as
   * many as {@link io.kringle.pubsub.SubscribeOptions} allow; what happens then, they say too.
   */
  default CompletionStage<?> take(TopicMessage message) {
    received(message);
    return CompletableFuture.completedFuture(null);
  }

  /**
   * Hears, between the messages before and after, that some do not come: it was slow, or they are
   * kept no more.
   */
  default void missed(MissedMessages some) {}

  /**
   * The subscription has ended without being cancelled.
   *
   * @param why {@code OVERLOADED}: too slow, which was to end it; {@code REFUSED}: its durable
   *     subscription is another's now, or was forgotten; or what kept it from going on
   */
  default void ended(KringleException why) {}

  /**
   * Accepts or refuses an anycast; whoever implements nothing refuses all. Throwing refuses:
   * whoever fails has handled nothing.
   *
   * @return the reply of one who accepts, once it has handled the message; nothing, or a failure:
   *     refused, and the next subscriber is tried. While it is not complete nobody else is asked,
   *     and when the asker's patience ends the outcome is unknown
   */
  default CompletionStage<Optional<byte[]>> offered(TopicMessage message) {
    return CompletableFuture.completedFuture(Optional.empty());
  }
}
