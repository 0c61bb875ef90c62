package io.kringle.routing;

import io.kringle.ring.Id;
import io.kringle.ring.Message;
import io.kringle.ring.Peer;

/**
 * Sees messages on their way.
 *
 * @param <M> their type
 */
@FunctionalInterface
public interface Forward<M extends Message> {

  /**
   * Decides what becomes of one message.
   *
   * @param delivery how it came so far
   * @param next where it would go now; this node itself, if it has arrived
   */
  Decision forward(Delivery delivery, M message, Peer next);

  /** What becomes of a message. */
  sealed interface Decision {
    /** It goes on. */
    record Continue() implements Decision {}

    /** It ends here; who asked hears nothing from the routing layer: the hook has taken over. */
    record Stop() implements Decision {}

    /**
     * It goes to another id, from here.
     *
     * @param key the other id
     */
    record Redirect(Id key) implements Decision {}

    /** It goes on. */
    Decision CONTINUE = new Continue();

    /** It ends here. */
    Decision STOP = new Stop();
  }
}
