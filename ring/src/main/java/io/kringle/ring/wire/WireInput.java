package io.kringle.ring.wire;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.Registration;
import com.esotericsoftware.kryo.io.Input;
import io.kringle.ring.Bytes;
import io.kringle.ring.Id;
import io.kringle.ring.MalformedMessageException;
import io.kringle.ring.Message;
import io.kringle.ring.UnknownMessage;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;

/**
 * Bytes from somebody who is not to be trusted. Nothing is allocated before it is known that the
 * bytes for it are there, and whatever is not as {@link WireOutput} writes it is a {@link
 * MalformedMessageException}.
 */
final class WireInput extends Input {
  private static final int MAX_NUMBER = Integer.MAX_VALUE - KryoCodec.NUMBER_OFFSET;
  private static final int NANOS_PER_SECOND = 1_000_000_000;
  private static final char REPLACEMENT = '\uFFFD';

  private final Kryo kryo;
  private int depth;

  WireInput(Kryo kryo) {
    super(new byte[0]);
    this.kryo = kryo;
  }

  /** Starts on another message. */
  void open(byte[] bytes, int offset, int length) {
    setBuffer(bytes, offset, length);
    depth = 0;
  }

  int remaining() {
    return limit - position;
  }

  void expectEnd() {
    if (position != limit) {
      throw new MalformedMessageException(remaining() + " bytes after the end");
    }
  }

  boolean takeBoolean() {
    byte value = readByte();
    if (value != 0 && value != 1) {
      throw new MalformedMessageException("neither true nor false: " + value);
    }
    return value == 1;
  }

  int takeInt() {
    return readVarInt(false);
  }

  long takeLong() {
    return readVarLong(false);
  }

  double takeDouble() {
    return readDouble();
  }

  /**
   * A count of things that take a byte each at least, so that no more of them can follow than there
   * are bytes.
   */
  int takeCount() {
    int count = readVarInt(true);
    if (count < 0 || count > remaining()) {
      throw new MalformedMessageException(
          "announces "
              + Integer.toUnsignedString(count)
              + " where "
              + remaining()
              + " bytes are left");
    }
    return count;
  }

  Id takeId() {
    if (remaining() < Id.BYTES) {
      throw new MalformedMessageException("ends within an id");
    }
    Id id = Id.fromBytes(buffer, position);
    position += Id.BYTES;
    return id;
  }

  byte[] takeByteArray() {
    int length = takeCount();
    byte[] bytes = Arrays.copyOfRange(buffer, position, position + length);
    position += length;
    return bytes;
  }

  Bytes takeBytes() {
    return remaining() > 0 && buffer[position] == 0 ? takeEmpty() : Bytes.of(takeByteArray());
  }

  private Bytes takeEmpty() {
    position++;
    return Bytes.EMPTY;
  }

  String takeString() {
    int length = takeCount();
    if (length > KryoCodec.MAX_STRING_BYTES) {
      throw new MalformedMessageException("a text of " + length + " bytes");
    }
    String text = new String(buffer, position, length, StandardCharsets.UTF_8);
    if (text.indexOf(REPLACEMENT) >= 0) {
      checkUtf8(text, length);
    }
    position += length;
    return text;
  }

  /**
   * The decoder puts U+FFFD for what is not UTF-8; one that really was sent comes out as the same
   * bytes again.
   */
  private void checkUtf8(String text, int length) {
    byte[] again = text.getBytes(StandardCharsets.UTF_8);
    if (!Arrays.equals(again, 0, again.length, buffer, position, position + length)) {
      throw new MalformedMessageException("a text that is not UTF-8");
    }
  }

  Duration takeDuration() {
    long seconds = readVarLong(false);
    int nanos = readVarInt(true);
    if (nanos < 0 || nanos >= NANOS_PER_SECOND) {
      throw new MalformedMessageException("a second with " + nanos + " ns");
    }
    return Duration.ofSeconds(seconds, nanos);
  }

  <E> E takeOneOf(E[] constants) {
    int ordinal = readVarInt(true);
    if (ordinal < 0 || ordinal >= constants.length) {
      throw new MalformedMessageException(
          "one of " + constants.length + " constants, number " + ordinal);
    }
    return constants[ordinal];
  }

  /** The number of a message or of a record, 1 or more. */
  int takeNumber() {
    int number = readVarInt(true);
    if (number < 1 || number > MAX_NUMBER) {
      throw new MalformedMessageException("no message has the number " + number);
    }
    return number;
  }

  /** A record behind its number, which has to be one of {@code wanted}. */
  Record takeNumbered(Class<?> wanted) {
    int number = takeNumber();
    Registration registration = kryo.getRegistration(number + KryoCodec.NUMBER_OFFSET);
    if (registration == null) {
      throw new UnknownNumberSignal(number);
    }
    if (!wanted.isAssignableFrom(registration.getType())) {
      throw new MalformedMessageException(
          "number " + number + " where only a " + wanted.getSimpleName() + " may stand");
    }
    return takeBody(registration);
  }

  /** A message within a message. One that is not known here is skipped. */
  Message takeMessage() {
    int number = takeNumber();
    int outerDepth = depth;
    int outerLimit = narrow(takeCount());
    int end = limit;
    Registration registration = kryo.getRegistration(number + KryoCodec.NUMBER_OFFSET);
    Message message = new UnknownMessage(number);
    if (registration == null) {
      position = end;
    } else {
      try {
        message = asMessage(takeBody(registration));
      } catch (UnknownNumberSignal inside) {
        message = new UnknownMessage(inside.number());
        position = end;
        limit = end;
        depth = outerDepth;
      }
    }
    widen(outerLimit);
    return message;
  }

  static Message asMessage(Record record) {
    if (record instanceof Message message) {
      return message;
    }
    throw new MalformedMessageException(
        record.getClass().getSimpleName() + " is not a message by itself");
  }

  @SuppressWarnings(
      "unchecked") // Justification: every registration past the offset has a serializer of records.
  private Record takeBody(Registration registration) {
    return (Record) registration.getSerializer().read(kryo, this, registration.getType());
  }

  /**
   * Makes the end be {@code length} bytes from here; returns the end before, for {@link #widen}.
   */
  int narrow(int length) {
    int outer = limit;
    limit = position + length;
    return outer;
  }

  /** Moves the end back to where it was, if everything up to here has been read. */
  void widen(int outerLimit) {
    expectEnd();
    limit = outerLimit;
  }

  void enter() {
    if (++depth > KryoCodec.MAX_DEPTH) {
      throw new MalformedMessageException("records nested deeper than " + KryoCodec.MAX_DEPTH);
    }
  }

  void leave() {
    depth--;
  }
}
