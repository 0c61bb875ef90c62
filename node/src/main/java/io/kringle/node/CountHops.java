package io.kringle.node;

/** Asks the owner of an id how far away it is. */
record CountHops() implements NodeMessage {}
