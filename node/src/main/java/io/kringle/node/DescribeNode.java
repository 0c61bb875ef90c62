package io.kringle.node;

/** Asks a node for its {@link NodeDescription}. */
record DescribeNode() implements NodeMessage {}
