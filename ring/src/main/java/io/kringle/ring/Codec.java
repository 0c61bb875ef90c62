package io.kringle.ring;

/**
 * Messages to bytes and back. An instance belongs to one node and is used by one thread at a time.
 */
public interface Codec {

  /**
   * The message's number, then its fields.
   *
   * @throws IllegalArgumentException if the message's type was never registered
   */
  byte[] encode(Message message);

  /**
   * Reads what {@link #encode} wrote, by this node or by one that knows more or fewer fields. A
   * number that this node does not know gives an {@link UnknownMessage}.
   *
   * @throws MalformedMessageException if the bytes are not such a message, whatever they are
   */
  Message decode(byte[] bytes);
}
