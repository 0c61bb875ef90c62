package io.kringle.pubsub;

/**
 * What a node's topics have come to. Counts since the start, unless it is said otherwise.
 *
 * @param topics that the node takes part in, now
 * @param subscribers on this node, now
 * @param children in all topics, now
 * @param mostChildren in one topic, now
 * @param depth of the deepest place that the node has in a tree, now; 0 at a root
 * @param numbered messages that were decided while it was their root
 * @param delivered messages handed to subscribers
 * @param forwarded messages sent on to children
 * @param repeated messages recognised as having come before
 * @param pulled times that it asked for what it had missed
 * @param lost messages that it had missed, and that were kept nowhere any more
 * @param skipped messages that subscribers have missed, and were told
 * @param rejoined times that it lost a parent and joined again
 * @param failing times that a subscriber threw
 */
public record TopicsStats(
    int topics,
    int subscribers,
    int children,
    int mostChildren,
    int depth,
    long numbered,
    long delivered,
    long forwarded,
    long repeated,
    long pulled,
    long lost,
    long skipped,
    long rejoined,
    long failing) {}
