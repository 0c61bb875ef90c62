package io.kringle.ring.wire;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.Registration;
import com.esotericsoftware.kryo.io.Output;
import io.kringle.ring.Bytes;
import io.kringle.ring.Id;
import io.kringle.ring.Message;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * A growing buffer that knows how each basic type is written. What it writes, {@link WireInput}
 * reads.
 */
final class WireOutput extends Output {
  private static final int INITIAL_BYTES = 4 * 1024;
  private static final int KEPT_BYTES = 1024 * 1024;

  private final Kryo kryo;
  private int depth;

  WireOutput(Kryo kryo, int maxBytes) {
    super(Math.min(INITIAL_BYTES, maxBytes), maxBytes);
    this.kryo = kryo;
  }

  /** Empties it. A buffer that one large message has blown up is let go. */
  void clear() {
    depth = 0;
    position = 0;
    if (buffer.length > KEPT_BYTES) {
      setBuffer(new byte[INITIAL_BYTES], maxCapacity);
    }
  }

  void putBoolean(boolean value) {
    writeByte(value ? 1 : 0);
  }

  void putInt(int value) {
    writeVarInt(value, false);
  }

  void putLong(long value) {
    writeVarLong(value, false);
  }

  void putDouble(double value) {
    writeDouble(value);
  }

  void putCount(int count) {
    writeVarInt(count, true);
  }

  void putId(Id id) {
    require(Id.BYTES);
    id.writeTo(buffer, position);
    position += Id.BYTES;
  }

  void putByteArray(byte[] bytes) {
    putCount(bytes.length);
    writeBytes(bytes, 0, bytes.length);
  }

  void putBytes(Bytes bytes) {
    putByteArray(bytes.array());
  }

  void putString(String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    if (utf8.length > KryoCodec.MAX_STRING_BYTES) {
      throw new IllegalArgumentException(
          "a text of "
              + utf8.length
              + " bytes, and "
              + KryoCodec.MAX_STRING_BYTES
              + " are allowed");
    }
    putByteArray(utf8);
  }

  void putDuration(Duration duration) {
    writeVarLong(duration.getSeconds(), false);
    putCount(duration.getNano());
  }

  /** A record with its number in front, for where the type says too little. */
  void putNumbered(Record value) {
    Registration registration = kryo.getRegistration(value.getClass());
    putCount(registration.getId() - KryoCodec.NUMBER_OFFSET);
    putBody(registration, value);
  }

  /**
   * A message within a message: its length goes along, so that one who does not know it can skip
   * it.
   */
  void putMessage(Message message) {
    Registration registration = kryo.getRegistration(message.getClass());
    putCount(registration.getId() - KryoCodec.NUMBER_OFFSET);
    int mark = begin();
    putBody(registration, (Record) message);
    end(mark);
  }

  @SuppressWarnings(
      "unchecked") // Justification: every registration past the offset has a serializer of records.
  private void putBody(Registration registration, Record value) {
    registration.getSerializer().write(kryo, this, value);
  }

  /**
   * Goes one record deeper. The bound is the reader's, so that whatever can be written can be read.
   */
  void enter() {
    if (++depth > KryoCodec.MAX_DEPTH) {
      throw new IllegalArgumentException("records nested deeper than " + KryoCodec.MAX_DEPTH);
    }
  }

  void leave() {
    depth--;
  }

  /** Starts a stretch whose length is not known yet; {@link #end} takes the mark. */
  int begin() {
    writeByte(0);
    return position;
  }

  /**
   * Puts the length in front of what was written since {@code mark}; a long stretch is moved to
   * make room.
   */
  void end(int mark) {
    int length = position - mark;
    int extra = intLength(length, true) - 1;
    if (extra > 0) {
      require(extra);
      System.arraycopy(buffer, mark, buffer, mark + extra, length);
    }
    position = mark - 1;
    putCount(length);
    position += length;
  }
}
