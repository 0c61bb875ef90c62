package io.kringle.node;

import io.kringle.pubsub.Messaging;
import io.kringle.ring.Bytes;
import io.kringle.ring.Result;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;

/**
 * Topics: publish to all subscribers, or anycast to one. A topic's name is 1 to 1 024 bytes of
 * UTF-8; it exists as soon as it is named. May be used from any thread; threads and failures are
 * those of {@link KringleStore}.
 *
 * <p>An acknowledged message is at a majority of the topic's replicas. Each subscriber that stays
 * gets each message once and in the topic's order, also when nodes between it and the topic's root
 * die, or the root itself.
 */
public final class KringleTopics {
  private final Calls calls;
  private final Executor callbacks;
  private final Set<LiveSubscription> subscriptions = ConcurrentHashMap.newKeySet();

  KringleTopics(Calls calls, Executor callbacks) {
    this.calls = calls;
    this.callbacks = callbacks;
  }

  /**
   * Subscribes. Messages published after the stage has completed are not missed for having come too
   * early.
   */
  public CompletionStage<TopicSubscription> subscribe(String topic, TopicHandler handler) {
    Checks.topic(topic);
    LiveSubscription subscription =
        new LiveSubscription(calls, callbacks, topic, handler, subscriptions::remove);
    return subscription
        .open()
        .thenApply(
            opened -> {
              subscriptions.add(subscription);
              return subscription;
            });
  }

  /**
   * Publishes to all. The stage completes once a majority of the topic's replicas has the message;
   * a publish that had to be tried again is one message. Fails with {@code UNAVAILABLE} if it
   * certainly was not and will not be published, {@code OUTCOME_UNKNOWN} if it may be.
   */
  public CompletionStage<Published> publish(String topic, byte[] payload) {
    Checks.topic(topic);
    Bytes bytes = Bytes.of(Checks.bytes(payload));
    return calls
        .<Messaging.Published>ask((stack, done) -> stack.topics().publish(topic, bytes, done))
        .thenApply(published -> new Published(published.sequence(), published.audience()));
  }

  /** Publishes text as UTF-8. */
  public CompletionStage<Published> publish(String topic, String text) {
    return publish(topic, text.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Offers to one subscriber after the other until one accepts; the stage gives its reply. Fails
   * with {@code NO_TAKER} if all refused, saying how many they were, and with {@code TIMEOUT}.
   *
   * @param timeout until it is given up; positive
   */
  public CompletionStage<byte[]> anycast(String topic, byte[] payload, Duration timeout) {
    Checks.topic(topic);
    Checks.timeout(timeout);
    Bytes bytes = Bytes.of(Checks.bytes(payload));
    return calls
        .<Bytes>ask((stack, done) -> stack.topics().anycast(topic, bytes, timeout, done))
        .thenApply(Bytes::array);
  }

  /** Subscribes again, at a stack that has taken the place of a broken one. */
  void resubscribe() {
    subscriptions.forEach(LiveSubscription::open);
  }

  /** How many subscriptions there are. */
  int count() {
    return subscriptions.size();
  }

  static <T> Result<T> refused(String why) {
    return Result.failed(io.kringle.ring.Failure.Kind.REFUSED, why);
  }
}
