package io.kringle.pubsub;

import io.kringle.replication.Retention;
import io.kringle.ring.Bytes;
import io.kringle.ring.Failure;
import io.kringle.ring.Result;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Topics: publish to all subscribers, or anycast to one or to some. A topic's name is 1 to 1 024
 * bytes of UTF-8; it exists as soon as it is named. Called within a step of the node; callbacks
 * come in a step of the node, exactly once.
 */
public interface Messaging {
  /** The largest message that can be published: 16 MiB. */
  int MAX_MESSAGE_BYTES = 16 << 20;

  /** The most characters that the key of a message has. */
  int MAX_KEY = 256;

  /**
   * Subscribes. Once {@code done} has been told so, no message is missed that is published
   * afterwards. From where it begins, the subscriber gets each message once, in the order of the
   * numbers, for as long as it stays; what it cannot get any more, it is told.
   *
   * @param options where to begin, and what if the subscriber is slow
   * @param done the way out again, before the first message; or {@code TIMEOUT} when there was no
   *     way to the topic's root, or to its ledger, in time; or {@code OVERLOADED}
   */
  void subscribe(
      String topic,
      Subscriber subscriber,
      SubscribeOptions options,
      Consumer<Result<Subscription>> done);

  /** Subscribes from now on, with what is usual otherwise. */
  default void subscribe(String topic, Subscriber subscriber, Consumer<Result<Subscription>> done) {
    subscribe(topic, subscriber, SubscribeOptions.DEFAULT, done);
  }

  /**
   * Says how much of a topic is kept; {@link Retention#DEFAULT} unless it was said.
   *
   * @param done when that is decided; or {@code UNAVAILABLE}
   */
  void retain(String topic, Retention retention, Consumer<Result<Retention>> done);

  /**
   * Forgets a durable subscription, with its place; who holds it is told that it has ended.
   *
   * @param done whether there was one; or {@code UNAVAILABLE}, {@code OUTCOME_UNKNOWN}
   */
  void forget(String topic, String name, Consumer<Result<Boolean>> done);

  /**
   * Publishes to all, up to {@link #MAX_MESSAGE_BYTES}. What is too large for one item of the
   * topic's ledger travels in pieces; it has one number like any other, is delivered when all of it
   * is there, and missed if some of it is not kept any more.
   *
   * @param done the message's number in the topic, once a majority of the replicas at the topic's
   *     root has it; or {@code UNAVAILABLE} if it certainly was not and will not be published,
   *     {@code OUTCOME_UNKNOWN} if it may be
   */
  default void publish(String topic, Bytes payload, Consumer<Result<Published>> done) {
    publish(topic, Optional.empty(), payload, done);
  }

  /**
   * Publishes, unless a message was published on the topic with the same key, by whatever node:
   * then {@code done} is told the number of that, and nothing is compared. A message's key is known
   * as long as it is among the topic's last 1 024, and kept.
   *
   * @param once the key, if the message has one: 1 to {@value #MAX_KEY} characters
   * @param done as above; or {@code INVALID}
   */
  void publish(
      String topic, Optional<String> once, Bytes payload, Consumer<Result<Published>> done);

  /**
   * Offers to one subscriber after the other until one accepts. No two accept one message, unless
   * it is declared idempotent. That nobody is left is not said before the topic's root has been the
   * root for three seconds: until then others may still come below it, and are asked.
   *
   * @param done the taker's reply; or {@code NO_TAKER}, saying how many refused; {@code
   *     OUTCOME_UNKNOWN} if one that was offered it died, fell silent or did not decide in time,
   *     and so may have handled it; {@code TIMEOUT} if nobody took it in time; {@code UNAVAILABLE}
   *     if the topic's root or nobody of its tree could be asked
   */
  void anycast(String topic, Bytes payload, AnycastOptions options, Consumer<Result<Bytes>> done);

  /**
   * Offers until {@code takers} have accepted. No more accept one message, unless it is declared
   * idempotent.
   *
   * @param takers 1 to 1 024
   * @param done who took it, also when they are fewer; or a failure, if certainly nobody was
   *     offered anything
   */
  void manycast(
      String topic,
      Bytes payload,
      int takers,
      AnycastOptions options,
      Consumer<Result<Takers>> done);

  /**
   * Takes part in a group, which shares a topic as a queue: each message goes to one of its
   * members.
   *
   * <p>A member acknowledges each message that it is handed, or gives it back. At most {@link
   * GroupOptions#room} are in hand at a time, so that a slow member slows nobody else. Messages are
   * handed out for the first time in the order of the topic.
   *
   * <p>Every message is handled <em>at least once</em>, as long as there are members and the topic
   * keeps it: whoever has it in hand and leaves, dies, is silent for four beats, or does not
   * acknowledge it in time, has it taken from it, and another gets it. It is handled <em>once</em>
   * unless a member handles it and dies, is cut off, or takes longer than it may, before its
   * acknowledgement is recorded. When the dispatcher dies, or another node becomes it, members tell
   * the next one what they have in hand and have acknowledged.
   *
   * <p>The group's place is in the ring, at a majority, and stays when all members have gone. No
   * more than 1 024 messages, or 4 MiB, are handed out beyond the first that is not acknowledged: a
   * message that no member ever acknowledges stops the group, and is not dropped.
   *
   * @param group 1 to 1 024 bytes of UTF-8
   * @param done the way out again, before the first message; once it is told, no message that is
   *     published afterwards is missed by the group; or {@code TIMEOUT}, {@code OVERLOADED}, {@code
   *     INVALID}
   */
  void join(
      String topic,
      String group,
      Member member,
      GroupOptions options,
      Consumer<Result<Membership>> done);

  /** Takes what a group hands it. Must not block. */
  interface Member {
    /**
     * Takes a message; it may have been handed to somebody before, who did not acknowledge it.
     * Throwing gives it back.
     *
     * @param handled told in a step of the node whether it is handled: this acknowledges it, or
     *     gives it back; the first word counts
     */
    void handed(Event event, Consumer<Boolean> handled);
  }

  /** Being a member of a group. */
  interface Membership {
    /**
     * Ends it: what is in hand is given back, and nothing is handed over any more.
     *
     * @param done when the dispatcher knows, or could not be told in time
     */
    void leave(Runnable done);
  }

  /** Takes what a topic brings. Its methods must not block. */
  interface Subscriber {
    /** Takes a published message, and is done with it by that. */
    void received(Event event);

    /**
     * Takes a published message, and says when it is done with it: only so many are handed over
     * that it is not done with. Called in place of {@link #received(Event)}.
     *
     * @param done to be called in this step or a later one of the node; calling it again does no
     *     harm
     */
    default void received(Event event, Runnable done) {
      received(event);
      done.run();
    }

    /** Hears, between the messages before and after, that it has missed some. */
    default void missed(Missed missed) {}

    /**
     * The subscription has ended without being cancelled; nothing is received from now on.
     *
     * @param why {@code OVERLOADED}: it was too slow, and wanted to be disconnected then; {@code
     *     REFUSED}: its durable subscription is another's now, or was forgotten
     */
    default void ended(Failure why) {}

    /**
     * Accepts or refuses an anycast. Throwing refuses: whoever fails has handled nothing.
     *
     * @param decide told once, now or later: a reply if it was accepted and handled, a failure if
     *     it was refused; until then nobody else is offered it
     */
    default void offered(Event event, Consumer<Result<Bytes>> decide) {
      decide.accept(Result.failed(Failure.Kind.REFUSED, "this subscriber takes no anycasts"));
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
   * Messages that a subscriber did not get, because it was slow, or since the topic does not keep
   * them any more.
   *
   * @param topic the name
   * @param from the number of the first one
   * @param count how many they are, one after the other
   */
  record Missed(String topic, long from, long count) {}

  /**
   * An acknowledged publish.
   *
   * @param sequence its number in the topic
   * @param audience how many subscribers there were then, as far as the root knew
   */
  record Published(long sequence, int audience) {}

  /** A subscription that can be ended. */
  interface Subscription {
    /** The number of the next message that the subscriber is to be handed. */
    long next();

    /**
     * The number of the last message that the subscriber is done with, or was told that it has
     * missed it, as it has with all before.
     */
    long settled();

    /**
     * Ends it; nothing is received once {@code done} has been called, and the place of a durable
     * one was written if that was possible. Calling it again does no harm.
     */
    void cancel(Runnable done);
  }
}
