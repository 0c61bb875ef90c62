package io.kringle.node;

/**
 * An acknowledged message of a topic: a majority of the topic's replicas has it.
 *
 * @param sequence its number in the topic: 1, 2, 3, …
 * @param subscribers how many there were when it was published, as far as the topic's root knew;
 *     with none the message is kept like any other
 */
public record Published(long sequence, int subscribers) {}
