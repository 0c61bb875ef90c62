package io.kringle.replication;

import io.kringle.ring.Bytes;
import io.kringle.ring.Codec;
import io.kringle.ring.MalformedMessageException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * A record as it lies in storage and travels: four bytes of CRC-32C (RFC 3720, appendix B.4), then
 * the record. What a disk has changed is noticed when it is read.
 */
final class Seal {
  private Seal() {}

  static Bytes close(Codec codec, Stored state) {
    byte[] body = codec.encode(state);
    return Bytes.of(
        ByteBuffer.allocate(Integer.BYTES + body.length)
            .putInt(checksum(body, 0))
            .put(body)
            .array());
  }

  /** The record; empty if it is not what was written. */
  static Optional<Stored> open(Codec codec, Bytes sealed) {
    byte[] bytes = sealed.array();
    if (!isIntact(sealed)) {
      return Optional.empty();
    }
    byte[] body = new byte[bytes.length - Integer.BYTES];
    System.arraycopy(bytes, Integer.BYTES, body, 0, body.length);
    try {
      return codec.decode(body) instanceof Stored state ? Optional.of(state) : Optional.empty();
    } catch (MalformedMessageException malformed) {
      return Optional.empty();
    }
  }

  static boolean isIntact(Bytes sealed) {
    byte[] bytes = sealed.array();
    return bytes.length >= Integer.BYTES
        && ByteBuffer.wrap(bytes).getInt() == checksum(bytes, Integer.BYTES);
  }

  private static int checksum(byte[] bytes, int from) {
    CRC32C checksum = new CRC32C();
    checksum.update(bytes, from, bytes.length - from);
    return (int) checksum.getValue();
  }
}
