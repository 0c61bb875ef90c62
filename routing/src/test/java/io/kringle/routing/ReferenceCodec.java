package io.kringle.routing;

import io.kringle.ring.Codec;
import io.kringle.ring.MalformedMessageException;
import io.kringle.ring.Message;
import io.kringle.ring.UnknownMessage;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Encodes a message as its number and its place in a list that all nodes share, as long as its
 * text.
 */
final class ReferenceCodec implements Codec {
  static final int WORD = 1_000;
  static final int TALLY = 1_001;
  static final int HEADER_BYTES = 6;

  private final List<Message> shared;
  private final boolean knowsTallies;
  private int decoded;

  ReferenceCodec(List<Message> shared, boolean knowsTallies) {
    this.shared = shared;
    this.knowsTallies = knowsTallies;
  }

  static List<Message> heap() {
    return new ArrayList<>();
  }

  int decoded() {
    return decoded;
  }

  @Override
  public byte[] encode(Message message) {
    int number = message instanceof Word ? WORD : TALLY;
    int padding = message instanceof Word word ? word.text().length() : 0;
    shared.add(message);
    return ByteBuffer.allocate(HEADER_BYTES + padding)
        .put((byte) ((number & 0x7f) | 0x80))
        .put((byte) (number >> 7))
        .putInt(shared.size() - 1)
        .array();
  }

  @Override
  public Message decode(byte[] bytes) {
    decoded++;
    if (bytes.length < HEADER_BYTES) {
      throw new MalformedMessageException("only " + bytes.length + " bytes");
    }
    Message message = shared.get(ByteBuffer.wrap(bytes).getInt(2));
    return message instanceof Tally && !knowsTallies ? new UnknownMessage(TALLY) : message;
  }
}
