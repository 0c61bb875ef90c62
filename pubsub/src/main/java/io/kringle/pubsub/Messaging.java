package io.kringle.pubsub;

import io.kringle.ring.Bytes;
import io.kringle.ring.Result;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * Topics: publish to all subscribers, or anycast to one. A topic's name is 1 to 1 024 bytes of
 * UTF-8; it exists as soon as it is named. Called within a step of the node; callbacks come in a
 * step of the node, exactly once.
 */
public interface Messaging {

  /**
   * Subscribes. Messages published after {@code done} has been called are not missed for having
   * come too early.
   *
   * @param done the way out again
   */
  void subscribe(String topic, Subscriber subscriber, Consumer<Result<Subscription>> done);

  /**
   * Publishes to all.
   *
   * @param done the message's number in the topic, once a majority of the replicas at the topic's
   *     root has it; or {@code UNAVAILABLE} if it certainly was not and will not be published,
   *     {@code OUTCOME_UNKNOWN} if it may be
   */
  void publish(String topic, Bytes payload, Consumer<Result<Published>> done);

  /**
   * Offers to one subscriber after the other until one accepts.
   *
   * @param done the taker's reply; or {@code NO_TAKER}, saying how many refused; or {@code TIMEOUT}
   */
  void anycast(String topic, Bytes payload, Duration timeout, Consumer<Result<Bytes>> done);

  /** Takes what a topic brings. Its methods must not block. */
  interface Subscriber {
    /** Takes a published message. */
    void received(Event event);

    /**
     * Accepts or refuses an anycast. Throwing refuses.
     *
     * @param decide told once, now or later: a reply if it was accepted, a failure if it was
     *     refused
     */
    default void offered(Event event, Consumer<Result<Bytes>> decide) {
      decide.accept(
          Result.failed(io.kringle.ring.Failure.Kind.REFUSED, "this subscriber takes no anycasts"));
    }
  }

  /**
   * One message of a topic.
   *
   * @param topic the name
   * @param sequence its number in the topic, increasing; 0 for an anycast
   * @param payload what was published
   */
  record Event(String topic, long sequence, Bytes payload) {}

  /**
   * An acknowledged publish.
   *
   * @param sequence its number in the topic
   * @param audience how many subscribers there were then, as far as the root knew
   */
  record Published(long sequence, int audience) {}

  /** A subscription that can be ended. */
  interface Subscription {
    /**
     * Ends it; nothing is received once {@code done} has been called. Calling it again does no
     * harm.
     */
    void cancel(Runnable done);
  }
}
