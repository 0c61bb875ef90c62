package io.kringle.ring.wire;

import io.kringle.ring.Message;

/**
 * The last message on a connection that is closed in order: nothing was lost, and nobody is dead.
 * The other side sends what it still has, answers with the same, and closes.
 */
public record Farewell() implements Message {}
