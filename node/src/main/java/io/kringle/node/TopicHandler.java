package io.kringle.node;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * What a subscriber does with what its topic brings. Called on the callback executor, one message
 * after the other.
 */
@FunctionalInterface
public interface TopicHandler {

  /** Takes a published message. What it throws is logged. */
  void received(TopicMessage message);

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
