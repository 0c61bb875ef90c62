package io.kringle.ring;

/**
 * A message whose number this node does not know: a newer peer's, or an application's that is not
 * installed here.
 *
 * @param number the number that it came with
 */
public record UnknownMessage(int number) implements Message {}
