package io.kringle.routing;

import io.kringle.ring.Message;

/** Another application message: one that only some nodes know. */
record Tally(int value) implements Message {}
