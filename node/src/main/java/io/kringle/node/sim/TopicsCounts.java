package io.kringle.node.sim;

/**
 * What happened to messages.
 *
 * @param published publishes that were acknowledged
 * @param delivered messages that were handed to subscribers
 * @param lost messages that a subscriber who stayed did not get, or a durable one or a group not
 *     later on
 * @param duplicated messages that came twice to one subscription, or under two numbers
 * @param reordered messages that came after a later one
 * @param beyond messages that a topic has kept although it was to keep fewer
 * @param anycasts that were asked for
 * @param handledTwice anycasts that were not declared idempotent, and that several accepted
 * @param noTaker anycasts of which it was said that nobody took them
 * @param handled messages that members of groups have acknowledged
 * @param handledAgain those of them that another member had acknowledged already
 */
public record TopicsCounts(
    long published,
    long delivered,
    long lost,
    long duplicated,
    long reordered,
    long beyond,
    long anycasts,
    long handledTwice,
    long noTaker,
    long handled,
    long handledAgain) {
  static final TopicsCounts NONE = new TopicsCounts(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

  TopicsCounts plus(TopicsCounts other) {
    return new TopicsCounts(
        published + other.published,
        delivered + other.delivered,
        lost + other.lost,
        duplicated + other.duplicated,
        reordered + other.reordered,
        beyond + other.beyond,
        anycasts + other.anycasts,
        handledTwice + other.handledTwice,
        noTaker + other.noTaker,
        handled + other.handled,
        handledAgain + other.handledAgain);
  }
}
