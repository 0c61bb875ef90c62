package io.kringle.routing;

import io.kringle.ring.Message;

/**
 * Takes messages that have arrived at the owner of their key.
 *
 * @param <M> their type
 */
@FunctionalInterface
public interface Deliver<M extends Message> {

  /**
   * Takes one message. The responder may be kept and answered in a later step; for a message that
   * was routed without asking, answering does nothing. Throwing answers {@code REFUSED}.
   */
  void deliver(Delivery delivery, M message, Responder responder);
}
