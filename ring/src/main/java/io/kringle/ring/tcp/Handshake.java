package io.kringle.ring.tcp;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kringle.ring.Endpoint;
import io.kringle.ring.Id;
import io.kringle.ring.tcp.Greeting.Hello;
import io.kringle.ring.tcp.Greeting.Refusal;
import io.netty.buffer.ByteBuf;
import java.util.Optional;

/**
 * The layout of greetings: magic (4 bytes), kind (1), length of the rest (2), the rest. It is
 * written by hand because it must be readable by every version that there will ever be. What stands
 * after the fields known here is skipped.
 *
 * <pre>
 * hello, answer:  min version 1, max version 1, features 8, id 20, incarnation 8, session 8, dial 4,
 *                 ring 1 + 20 (0: absent), wanted 1 + 20 (0: absent), port 2, host length 2, host (UTF-8)
 * refusal, refusal for good: reason (UTF-8)
 * </pre>
 */
final class Handshake {
  /** Largest greeting, all told. */
  static final int MAX_BYTES = 1024;

  /** The version spoken here: the only one so far. */
  static final int VERSION = 1;

  private static final int MAGIC = 0x4b524e47; // KRNG
  private static final int HEADER = 7;
  private static final int HELLO = 1;
  private static final int ANSWER = 2;
  private static final int REFUSAL = 3;
  private static final int REFUSAL_FOR_GOOD = 4;
  private static final int MAX_REASON = 256;

  private Handshake() {}

  static void write(ByteBuf out, Greeting greeting) {
    int start = out.writerIndex();
    out.writeInt(MAGIC);
    if (greeting instanceof Hello hello) {
      out.writeByte(hello.answer() ? ANSWER : HELLO).writeShort(0);
      writeHello(out, hello);
    } else if (greeting instanceof Refusal refusal) {
      out.writeByte(refusal.forGood() ? REFUSAL_FOR_GOOD : REFUSAL).writeShort(0);
      out.writeBytes(printable(refusal.reason()).getBytes(UTF_8));
    }
    out.setShort(start + HEADER - 2, out.writerIndex() - start - HEADER);
  }

  private static void writeHello(ByteBuf out, Hello hello) {
    out.writeByte(hello.minVersion()).writeByte(hello.maxVersion()).writeLong(hello.features());
    out.writeBytes(hello.id().toBytes()).writeLong(hello.incarnation());
    out.writeLong(hello.session()).writeInt(hello.dial());
    writeId(out, hello.ring());
    writeId(out, hello.wanted());
    byte[] host = hello.advertised().host().getBytes(UTF_8);
    out.writeShort(hello.advertised().port()).writeShort(host.length).writeBytes(host);
  }

  private static void writeId(ByteBuf out, Optional<Id> id) {
    out.writeBoolean(id.isPresent()).writeBytes(id.orElse(Id.ZERO).toBytes());
  }

  /** Reads a greeting, once all of it is there. */
  static Optional<Greeting> read(ByteBuf in) throws HandshakeException {
    if (in.readableBytes() >= Integer.BYTES && in.getInt(in.readerIndex()) != MAGIC) {
      throw new HandshakeException("not a Kringle node");
    }
    if (in.readableBytes() < HEADER) {
      return Optional.empty();
    }
    int length = in.getUnsignedShort(in.readerIndex() + HEADER - 2);
    if (HEADER + length > MAX_BYTES) {
      throw new HandshakeException("a greeting of " + (HEADER + length) + " bytes");
    }
    if (in.readableBytes() < HEADER + length) {
      return Optional.empty();
    }
    int kind = in.getByte(in.readerIndex() + Integer.BYTES);
    ByteBuf rest = in.skipBytes(HEADER).readSlice(length);
    return Optional.of(read(kind, rest));
  }

  private static Greeting read(int kind, ByteBuf in) throws HandshakeException {
    try {
      return switch (kind) {
        case HELLO, ANSWER -> readHello(kind == ANSWER, in);
        case REFUSAL, REFUSAL_FOR_GOOD ->
            new Refusal(
                kind == REFUSAL_FOR_GOOD,
                printable(in.readCharSequence(in.readableBytes(), UTF_8).toString()));
        default -> throw new HandshakeException("a greeting of unknown kind " + kind);
      };
    } catch (IndexOutOfBoundsException | IllegalArgumentException malformed) {
      throw new HandshakeException("a malformed greeting: " + malformed.getMessage());
    }
  }

  private static Hello readHello(boolean answer, ByteBuf in) throws HandshakeException {
    int min = in.readUnsignedByte();
    int max = in.readUnsignedByte();
    if (VERSION < min || VERSION > max) {
      throw new HandshakeException(
          "version mismatch: one speaks " + VERSION + ", the other " + min + " to " + max);
    }
    return new Hello(
        answer,
        min,
        max,
        in.readLong(),
        readId(in),
        in.readLong(),
        in.readLong(),
        in.readInt(),
        readOptionalId(in),
        readOptionalId(in),
        readEndpoint(in));
  }

  private static Id readId(ByteBuf in) {
    byte[] bytes = new byte[Id.BYTES];
    in.readBytes(bytes);
    return Id.fromBytes(bytes, 0);
  }

  private static Optional<Id> readOptionalId(ByteBuf in) {
    boolean present = in.readBoolean();
    Id id = readId(in);
    return present ? Optional.of(id) : Optional.empty();
  }

  private static Endpoint readEndpoint(ByteBuf in) {
    int port = in.readUnsignedShort();
    String host = in.readCharSequence(in.readUnsignedShort(), UTF_8).toString();
    return new Endpoint(host, port);
  }

  /** Reasons come from strangers and go into logs. */
  private static String printable(String reason) {
    String clean = reason.replaceAll("\\p{Cntrl}", "?");
    return clean.length() > MAX_REASON ? clean.substring(0, MAX_REASON) : clean;
  }
}
