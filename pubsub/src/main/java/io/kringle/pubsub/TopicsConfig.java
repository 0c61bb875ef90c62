package io.kringle.pubsub;

import java.time.Duration;

/**
 * The settings of {@link Topics}.
 *
 * @param fanOut children that a node takes in per topic; at most this many, any more are handed
 *     down
 * @param beat between two beats of a parent while its topic is in use, and between two looks at
 *     everything that may be overdue
 * @param refresh between two refreshes of a child; a parent or child that is silent for three of
 *     them is given up
 * @param joinRetry until a join that was not answered is sent again
 * @param subscribeTimeout until a subscription that could not be confirmed fails
 * @param publishTimeout until a publish that was not acknowledged fails
 * @param offerTimeout until an anycast passes by a node that does not say who is there, and if it
 *     is idempotent, until it is offered on where nobody decides
 * @param maxTopics topics that a node takes part in
 * @param maxSubscribers of one topic on one node, those included that wait to be confirmed
 * @param historyMessages messages per topic that a node keeps for those who missed them
 * @param historyBytes bytes per topic that it keeps for them
 * @param remembered anycasts that a node remembers to have been offered; with so many, it takes no
 *     others
 * @param rememberedFor how long they are remembered after their asker's patience has ended
 * @param maxPayload bytes of one message
 * @param maxPending anycasts under way
 */
public record TopicsConfig(
    int fanOut,
    Duration beat,
    Duration refresh,
    Duration joinRetry,
    Duration subscribeTimeout,
    Duration publishTimeout,
    Duration offerTimeout,
    int maxTopics,
    int maxSubscribers,
    int historyMessages,
    int historyBytes,
    int remembered,
    Duration rememberedFor,
    int maxPayload,
    int maxPending) {

  /** What a node does unless it is told otherwise. */
  public static final TopicsConfig DEFAULT =
      new TopicsConfig(
          16,
          Duration.ofSeconds(1),
          Duration.ofSeconds(10),
          Duration.ofSeconds(1),
          Duration.ofSeconds(10),
          Duration.ofSeconds(5),
          Duration.ofSeconds(2),
          100_000,
          10_000,
          256,
          1 << 20,
          65_536,
          Duration.ofSeconds(30),
          900 << 10,
          10_000);

  /** Checks the ranges. */
  public TopicsConfig {
    positive(fanOut, "fanOut");
    positive(beat.toNanos(), "beat");
    positive(refresh.toNanos(), "refresh");
    positive(joinRetry.toNanos(), "joinRetry");
    positive(subscribeTimeout.toNanos(), "subscribeTimeout");
    positive(publishTimeout.toNanos(), "publishTimeout");
    positive(offerTimeout.toNanos(), "offerTimeout");
    positive(maxTopics, "maxTopics");
    positive(maxSubscribers, "maxSubscribers");
    positive(historyMessages, "historyMessages");
    positive(historyBytes, "historyBytes");
    positive(remembered, "remembered");
    positive(rememberedFor.toNanos(), "rememberedFor");
    positive(maxPayload, "maxPayload");
    positive(maxPending, "maxPending");
  }

  private static void positive(long value, String name) {
    if (value <= 0) {
      throw new IllegalArgumentException(name + " is positive, not " + value);
    }
  }

  /** With another fan-out. */
  public TopicsConfig withFanOut(int children) {
    return new TopicsConfig(
        children,
        beat,
        refresh,
        joinRetry,
        subscribeTimeout,
        publishTimeout,
        offerTimeout,
        maxTopics,
        maxSubscribers,
        historyMessages,
        historyBytes,
        remembered,
        rememberedFor,
        maxPayload,
        maxPending);
  }

  /** Remembering another number of messages of a topic, or another size of them. */
  public TopicsConfig withHistory(int messages, int bytes) {
    return new TopicsConfig(
        fanOut,
        beat,
        refresh,
        joinRetry,
        subscribeTimeout,
        publishTimeout,
        offerTimeout,
        maxTopics,
        maxSubscribers,
        messages,
        bytes,
        remembered,
        rememberedFor,
        maxPayload,
        maxPending);
  }
}
