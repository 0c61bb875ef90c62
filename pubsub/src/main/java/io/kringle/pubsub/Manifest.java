package io.kringle.pubsub;

import io.kringle.ring.Bytes;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What stands in a topic's ledger for a message that is too large for one item: where its pieces
 * lie. It is appended when all of them are there.
 *
 * @param size bytes of the message
 * @param pieces the numbers of its pieces in the ledger of pieces, in order
 */
record Manifest(int size, List<Long> pieces) {
  /** Bytes of a piece, but for the last. */
  static final int PIECE_BYTES = 512 << 10;

  /** With this each begins, and no message that is whole: one that would, travels in pieces. */
  private static final byte[] MARK = "\0kringle:pieces\0".getBytes(StandardCharsets.US_ASCII);

  Manifest {
    pieces = List.copyOf(pieces);
  }

  /** Whether what an item of a topic has is a manifest. */
  static boolean isOne(Bytes payload) {
    return payload.size() >= MARK.length
        && Arrays.equals(payload.array(), 0, MARK.length, MARK, 0, MARK.length);
  }

  /** How many pieces a message of that size has. */
  static int count(int size) {
    return Math.max(1, (size + PIECE_BYTES - 1) / PIECE_BYTES);
  }

  /** One piece of a message, counted from 0. */
  static Bytes piece(Bytes message, int number) {
    int from = number * PIECE_BYTES;
    int to = Math.min(message.size(), from + PIECE_BYTES);
    return Bytes.of(Arrays.copyOfRange(message.array(), from, to));
  }

  Bytes encode() {
    ByteBuffer buffer =
        ByteBuffer.allocate(MARK.length + Integer.BYTES + Long.BYTES * pieces.size());
    buffer.put(MARK).putInt(size);
    pieces.forEach(buffer::putLong);
    return Bytes.of(buffer.array());
  }

  /** Reads what {@link #encode} wrote. */
  static Manifest decode(Bytes payload) {
    ByteBuffer buffer = ByteBuffer.wrap(payload.array());
    buffer.position(MARK.length);
    int size = buffer.getInt();
    List<Long> pieces = new ArrayList<>();
    while (buffer.hasRemaining()) {
      pieces.add(buffer.getLong());
    }
    return new Manifest(size, pieces);
  }
}
