package io.kringle.ring.wire;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.io.KryoBufferOverflowException;
import io.kringle.ring.Codec;
import io.kringle.ring.MalformedMessageException;
import io.kringle.ring.Message;
import io.kringle.ring.Schema;
import io.kringle.ring.UnknownMessage;
import java.util.Arrays;

/**
 * The codec of the wire: a message's number as a varint, then its components as {@link RecordShape}
 * says. One Kryo instance, so one thread at a time.
 *
 * <p>A component is a boolean, int, long, double, {@code String}, {@code Id}, {@code Bytes}, {@code
 * byte[]}, {@code Duration}, an enum, a record, a sealed interface whose records are all
 * registered, a {@link Message}, or a {@code List} or {@code Optional} of these. A text that is not
 * well-formed UTF-16 arrives with question marks in it.
 *
 * <p>A message that contains, where a sealed interface stands, a record with a number unknown here
 * is as a whole an {@link UnknownMessage} of that number. Within a component of type {@link
 * Message} it is only that component which is unknown.
 */
public final class KryoCodec implements Codec {
  /** Largest message that is written if nothing else is said, in bytes. */
  public static final int DEFAULT_MAX_BYTES = 64 * 1024 * 1024;

  /** Longest text, in bytes of UTF-8. */
  public static final int MAX_STRING_BYTES = 1024 * 1024;

  /** How many records deep a message may be. */
  public static final int MAX_DEPTH = 32;

  /**
   * A message's number plus this is its Kryo registration: Kryo keeps 0 to 9 for primitives, String
   * and void. Only the number itself travels.
   */
  static final int NUMBER_OFFSET = 16;

  private final Kryo kryo = new Kryo();
  private final WireOutput out;
  private final WireInput in;
  private final int maxBytes;

  /**
   * A codec for the messages of {@code schema} as it is now.
   *
   * @throws IllegalArgumentException if a message has a component that cannot travel; the message
   *     names it
   */
  public KryoCodec(Schema schema) {
    this(schema, DEFAULT_MAX_BYTES);
  }

  /**
   * The same with another bound.
   *
   * @param maxBytes largest message that is written, in bytes
   */
  public KryoCodec(Schema schema, int maxBytes) {
    SchemaCheck.check(schema);
    kryo.setRegistrationRequired(true);
    kryo.setReferences(false);
    schema
        .types()
        .forEach(
            (number, type) ->
                kryo.register(
                    type, new RecordSerializer(RecordShape.of(type)), number + NUMBER_OFFSET));
    this.maxBytes = maxBytes;
    this.out = new WireOutput(kryo, maxBytes);
    this.in = new WireInput(kryo);
  }

  /** Whether messages of this type can be written and read. */
  public boolean knows(Class<? extends Message> type) {
    return kryo.getClassResolver().getRegistration(type) != null;
  }

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException also if the message is larger, deeper or has a longer text
   *     than may be
   */
  @Override
  public byte[] encode(Message message) {
    // In two steps: writing may put another, larger buffer in the place of this one.
    int length = encodeToBuffer(message);
    return Arrays.copyOf(buffer(), length);
  }

  /**
   * Encodes into {@link #buffer}, from its beginning, where the bytes stay until the next message
   * is encoded.
   *
   * @return how many bytes
   * @throws IllegalArgumentException as {@link #encode}
   */
  public int encodeToBuffer(Message message) {
    if (!(message instanceof Record record)) {
      throw new IllegalArgumentException(message.getClass().getName() + " is not a record");
    }
    out.clear();
    try {
      out.putNumbered(record);
    } catch (KryoBufferOverflowException tooLarge) {
      throw new MessageTooLargeException(
          message.getClass().getSimpleName() + " of more than " + maxBytes + " bytes", tooLarge);
    }
    return out.position();
  }

  /** What {@link #encodeToBuffer} wrote into; another array after each call of it, perhaps. */
  public byte[] buffer() {
    return out.getBuffer();
  }

  @Override
  public Message decode(byte[] bytes) {
    return decode(bytes, 0, bytes.length);
  }

  /**
   * Decodes a part of an array, which is not kept.
   *
   * @throws MalformedMessageException as {@link #decode(byte[])}
   */
  public Message decode(byte[] bytes, int offset, int length) {
    in.open(bytes, offset, length);
    try {
      Message message = WireInput.asMessage(in.takeNumbered(Record.class));
      in.expectEnd();
      return message;
    } catch (UnknownNumberSignal unknown) {
      return new UnknownMessage(unknown.number());
    } catch (MalformedMessageException malformed) {
      throw malformed;
    } catch (RuntimeException refused) {
      throw new MalformedMessageException("not a message: " + refused.getMessage(), refused);
    }
  }
}
