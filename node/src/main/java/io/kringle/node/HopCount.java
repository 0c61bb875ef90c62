package io.kringle.node;

/** How many hops a {@link CountHops} took. */
record HopCount(int hops) implements NodeMessage {}
