package io.kringle.node.sim;

import io.kringle.ring.Message;

/** Looks for the owner of the key that it is routed to. */
record Lookup(int number) implements Message {
  static final int WIRE_NUMBER = 1_000;
}
