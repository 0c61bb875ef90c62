package io.kringle.node;

import io.kringle.pubsub.AnycastOptions;
import io.kringle.pubsub.GroupOptions;
import io.kringle.pubsub.Messaging;
import io.kringle.pubsub.SubscribeOptions;
import io.kringle.pubsub.Takers;
import io.kringle.replication.Retention;
import io.kringle.ring.Bytes;
import io.kringle.ring.Result;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;

/**
 * Topics: publish to all subscribers, or anycast to one or to some. A topic's name is 1 to 1 024
 * bytes of UTF-8; it exists as soon as it is named. May be used from any thread; threads and
 * failures are those of {@link KringleStore}.
 *
 * <p>An acknowledged message is at a majority of the topic's replicas. Each subscriber that stays
 * gets each message once and in the topic's order, also when nodes between it and the topic's root
 * die, or the root itself.
 */
public final class KringleTopics {
  /** The largest message that can be published; an anycast has up to 900 KiB. */
  public static final int MAX_MESSAGE_BYTES = Messaging.MAX_MESSAGE_BYTES;

  private final Calls calls;
  private final Executor callbacks;
  private final Set<LiveSubscription> subscriptions = ConcurrentHashMap.newKeySet();
  private final Set<LiveMembership> memberships = ConcurrentHashMap.newKeySet();

  KringleTopics(Calls calls, Executor callbacks) {
    this.calls = calls;
    this.callbacks = callbacks;
  }

  /**
   * Subscribes, from now on. Messages that are published after the stage has completed are not
   * missed.
   */
  public CompletionStage<TopicSubscription> subscribe(String topic, TopicHandler handler) {
    return subscribe(topic, handler, SubscribeOptions.DEFAULT);
  }

  /**
   * Subscribes. Messages that are published after the stage has completed are not missed: from
   * where it begins the handler gets each message once and in order, or hears that it does not get
   * it. That holds also when the node breaks down and comes back by itself. Fails with {@code
   * TIMEOUT} when the topic's root was not found in time.
   *
   * @param options where to begin, how many messages the handler is handed that it is not done
   *     with, and what if it does not keep up
   */
  public CompletionStage<TopicSubscription> subscribe(
      String topic, TopicHandler handler, SubscribeOptions options) {
    Checks.topic(topic);
    LiveSubscription subscription =
        new LiveSubscription(calls, callbacks, topic, handler, options, subscriptions::remove);
    return subscription
        .open()
        .thenApply(
            opened -> {
              subscriptions.add(subscription);
              return subscription;
            });
  }

  /**
   * Takes part in a group, which shares a topic as a queue: each message goes to one member of the
   * group. The handler acknowledges a message when the stage of {@link TopicHandler#take} completes
   * well, or {@link TopicHandler#received} returns; when it fails or throws, the message goes to
   * another member, or comes again.
   *
   * <p>Each message is handled at least once, as long as there are members and the topic keeps it:
   * if a member dies, falls silent or does not acknowledge in time, another gets it. It is handled
   * once unless a member handles it and dies, is cut off, or takes longer than it may, before its
   * acknowledgement is recorded. The group's place stays when all members have gone.
   *
   * @param group 1 to 1 024 bytes of UTF-8
   * @param options where the group begins if it is new, how many messages the handler may have in
   *     hand, and for how long
   * @return completes when no message that is published afterwards is missed by the group; fails
   *     with {@code TIMEOUT} when it was not found in time
   */
  public CompletionStage<GroupMembership> join(
      String topic, String group, TopicHandler handler, GroupOptions options) {
    Checks.topic(topic);
    Objects.requireNonNull(group, "the group is null");
    LiveMembership membership =
        new LiveMembership(calls, callbacks, topic, group, handler, options, memberships::remove);
    return membership
        .open()
        .thenApply(
            opened -> {
              memberships.add(membership);
              return opened;
            });
  }

  /**
   * Publishes to all, up to {@link #MAX_MESSAGE_BYTES}. The stage completes once a majority of the
   * topic's replicas has the message; a publish that had to be tried again is one message. Fails
   * with {@code UNAVAILABLE} if it certainly was not and will not be published, {@code
   * OUTCOME_UNKNOWN} if it may be.
   */
  public CompletionStage<Published> publish(String topic, byte[] payload) {
    return publish(topic, Optional.empty(), payload);
  }

  /**
   * Publishes, unless a message was published on the topic with the same key, from whatever node:
   * then that is the one that the stage tells of, whatever is in this one. So whoever does not know
   * what became of a message can publish it again. A message's key is known as long as it is among
   * the topic's last 1 024, and kept.
   *
   * @param key 1 to 256 characters, or it fails with {@code INVALID}
   */
  public CompletionStage<Published> publishOnce(String topic, String key, byte[] payload) {
    return publish(topic, Optional.of(Checks.key(key)), payload);
  }

  private CompletionStage<Published> publish(String topic, Optional<String> once, byte[] payload) {
    Checks.topic(topic);
    Bytes bytes = Bytes.of(Checks.bytes(payload));
    return calls
        .<Messaging.Published>ask((stack, done) -> stack.topics().publish(topic, once, bytes, done))
        .thenApply(published -> new Published(published.sequence(), published.audience()));
  }

  /** Publishes text as UTF-8. */
  public CompletionStage<Published> publish(String topic, String text) {
    return publish(topic, text.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Offers to one subscriber after the other until one accepts, near and idle ones first.
   *
   * @param timeout until it is given up; positive, at most {@link AnycastOptions#MAX_TIMEOUT}
   * @see #anycast(String, byte[], AnycastOptions)
   */
  public CompletionStage<byte[]> anycast(String topic, byte[] payload, Duration timeout) {
    return anycast(topic, payload, AnycastOptions.DEFAULT.within(Checks.timeout(timeout)));
  }

  /**
   * Offers to one subscriber after the other until one accepts; the stage gives its reply. No two
   * accept one message, unless it is declared idempotent. Fails with {@code NO_TAKER} if all
   * refused, saying how many they were, but not in the first three seconds of a topic's root, when
   * more may be found; {@code OUTCOME_UNKNOWN} if one that was offered it died, fell silent or did
   * not decide in time, and so may have handled it; {@code TIMEOUT} if nobody took it in time;
   * {@code UNAVAILABLE} if nobody could be asked.
   */
  public CompletionStage<byte[]> anycast(String topic, byte[] payload, AnycastOptions options) {
    Checks.topic(topic);
    Objects.requireNonNull(options, "the options are null");
    Bytes bytes = Bytes.of(Checks.bytes(payload));
    return calls
        .<Bytes>ask((stack, done) -> stack.topics().anycast(topic, bytes, options, done))
        .thenApply(Bytes::array);
  }

  /**
   * Offers until {@code takers} subscribers have accepted. No more accept one message, unless it is
   * declared idempotent. That they are fewer is no failure: the stage tells who replied and how
   * many refused. It fails only if certainly nobody was offered anything.
   *
   * @param takers 1 to 1 024; else it fails with {@code INVALID}
   */
  public CompletionStage<ManycastReplies> manycast(
      String topic, byte[] payload, int takers, AnycastOptions options) {
    Checks.topic(topic);
    Objects.requireNonNull(options, "the options are null");
    Bytes bytes = Bytes.of(Checks.bytes(payload));
    return calls
        .<Takers>ask((stack, done) -> stack.topics().manycast(topic, bytes, takers, options, done))
        .thenApply(ManycastReplies::of);
  }

  /**
   * A topic as a reactive stream: messages, and notices of what its subscriber does not get. Each
   * subscriber has a subscription of its own; it is done with a message when its {@code onNext} has
   * returned, and is given no more than it has asked for. What it does not ask for waits, is held
   * back, dropped or ends it, as the options say; an end is an {@code onError}. The stream never
   * completes by itself. What is published after a subscriber was subscribed and before its
   * subscription is confirmed it gets only if it begins in the past.
   */
  public Flow.Publisher<TopicEvent> publisher(String topic, SubscribeOptions options) {
    Checks.topic(topic);
    return new TopicPublisher(this, topic, Objects.requireNonNull(options, "the options are null"));
  }

  /**
   * Says how much of a topic is kept, for those who begin in the past or come back: {@link
   * Retention#DEFAULT} unless it was said. Fails with {@code UNAVAILABLE}.
   */
  public CompletionStage<Retention> retain(String topic, Retention retention) {
    Checks.topic(topic);
    Objects.requireNonNull(retention, "the retention is null");
    return calls.ask((stack, done) -> stack.topics().retain(topic, retention, done));
  }

  /**
   * Forgets a durable subscription, with its place; who holds it is told that it has ended. The
   * stage gives whether there was one.
   */
  public CompletionStage<Boolean> forget(String topic, String name) {
    Checks.topic(topic);
    Objects.requireNonNull(name, "the name is null");
    return calls.ask((stack, done) -> stack.topics().forget(topic, name, done));
  }

  /** The node is about to stop: places of durable subscriptions are written. Waits for nothing. */
  void leave() {
    subscriptions.stream().filter(LiveSubscription::isDurable).forEach(LiveSubscription::cancel);
  }

  /** Subscribes again, at a stack that has taken the place of a broken one. */
  void resubscribe() {
    subscriptions.forEach(LiveSubscription::reopen);
    memberships.forEach(LiveMembership::reopen);
  }

  /** How many subscriptions there are, and members of groups. */
  int count() {
    return subscriptions.size() + memberships.size();
  }

  static <T> Result<T> refused(String why) {
    return Result.failed(io.kringle.ring.Failure.Kind.REFUSED, why);
  }
}
