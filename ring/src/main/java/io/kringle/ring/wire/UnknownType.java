package io.kringle.ring.wire;

import io.kringle.ring.Message;

/**
 * The answer to a message whose number the receiver does not know; nothing was done about that
 * message.
 *
 * @param number the number that it came with
 */
public record UnknownType(int number) implements Message {}
