package io.kringle.routing;

import io.kringle.ring.Message;

/** The application message of these tests. */
record Word(String text) implements Message {}
