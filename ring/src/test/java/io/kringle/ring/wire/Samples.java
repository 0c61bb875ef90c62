package io.kringle.ring.wire;

import io.kringle.ring.Added;
import io.kringle.ring.Bytes;
import io.kringle.ring.Endpoint;
import io.kringle.ring.Id;
import io.kringle.ring.Message;
import io.kringle.ring.Peer;
import io.kringle.ring.Schema;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/** Messages for tests of the codec, one for each way in which a component can travel. */
final class Samples {
  private Samples() {}

  enum Colour {
    RED,
    GREEN,
    BLUE
  }

  sealed interface Shape {}

  record Circle(double radius) implements Shape {}

  record Group(List<Shape> shapes) implements Shape {}

  record Basics(
      boolean flag,
      int number,
      long large,
      double real,
      String text,
      Id id,
      Bytes bytes,
      Duration duration,
      Colour colour)
      implements Message {}

  record Containers(
      Optional<Id> maybe,
      List<Long> numbers,
      List<Peer> peers,
      Optional<List<String>> texts,
      Shape shape)
      implements Message {}

  @SuppressWarnings(
      "ArrayRecordComponent") // Justification: the codec carries arrays too, and this is its test.
  record Raw(byte[] array) implements Message {
    @Override
    public boolean equals(Object other) {
      return other instanceof Raw raw && Arrays.equals(array, raw.array);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(array);
    }
  }

  record Envelope(Message content, int after) implements Message {}

  record Nested(Optional<Nested> inner) implements Message {}

  record Positive(int number) implements Message {
    Positive {
      if (number <= 0) {
        throw new IllegalArgumentException("not positive: " + number);
      }
    }
  }

  record Grown(
      long base,
      @Added int number,
      @Added String text,
      @Added Bytes bytes,
      @Added List<Id> ids,
      @Added Optional<Peer> peer)
      implements Message {}

  static Schema schema() {
    Schema schema =
        new Schema()
            .add(1000, Basics.class)
            .add(1001, Containers.class)
            .add(1002, Raw.class)
            .add(1003, Envelope.class)
            .add(1004, Nested.class)
            .add(1005, Positive.class)
            .add(1006, Grown.class)
            .add(1010, Circle.class)
            .add(1011, Group.class);
    WireMessages.register(schema);
    return schema;
  }

  static Arbitrary<Message> messages() {
    return Arbitraries.oneOf(basics(), containers(), raw(), grown(), envelopes());
  }

  private static Arbitrary<Id> ids() {
    return Combinators.combine(Arbitraries.longs(), Arbitraries.longs(), Arbitraries.integers())
        .as(Id::fromWords);
  }

  private static Arbitrary<String> texts() {
    return Arbitraries.oneOf(
        Arbitraries.strings().ofMaxLength(200).alpha(),
        Arbitraries.of("", "héllo wörld", "𝄞 clef", "\uFFFD", "日本語"));
  }

  private static Arbitrary<byte[]> arrays() {
    return Arbitraries.bytes().array(byte[].class).ofMaxSize(300);
  }

  private static Arbitrary<Peer> peers() {
    return Combinators.combine(ids(), Arbitraries.integers().between(0, 65535), Arbitraries.longs())
        .as((id, port, life) -> new Peer(id, new Endpoint("h" + port, port), life));
  }

  private static Arbitrary<Duration> durations() {
    return Combinators.combine(Arbitraries.longs(), Arbitraries.integers().between(0, 999_999_999))
        .as(Duration::ofSeconds);
  }

  private static Arbitrary<Message> basics() {
    return Combinators.combine(
            Arbitraries.of(true, false),
            Arbitraries.integers(),
            Arbitraries.longs(),
            Arbitraries.doubles(),
            texts(),
            ids(),
            arrays(),
            Combinators.combine(durations(), Arbitraries.of(Colour.class)).as(Timed::new))
        .as(
            (flag, number, large, real, text, id, array, timed) ->
                new Basics(
                    flag,
                    number,
                    large,
                    real,
                    text,
                    id,
                    Bytes.of(array),
                    timed.duration,
                    timed.colour));
  }

  private record Timed(Duration duration, Colour colour) {}

  private static Arbitrary<Shape> shapes() {
    Arbitrary<Shape> circles = Arbitraries.doubles().map(Circle::new);
    return Arbitraries.oneOf(circles, circles.list().ofMaxSize(5).map(Group::new));
  }

  private static Arbitrary<Message> containers() {
    return Combinators.combine(
            ids().optional(),
            Arbitraries.longs().list().ofMaxSize(150),
            peers().list().ofMaxSize(8),
            texts().list().ofMaxSize(3).optional(),
            shapes())
        .as(Containers::new);
  }

  private static Arbitrary<Message> raw() {
    return arrays().map(Raw::new);
  }

  private static Arbitrary<Message> grown() {
    return Combinators.combine(
            Arbitraries.longs(),
            Arbitraries.integers(),
            texts(),
            arrays().map(Bytes::of),
            ids().list().ofMaxSize(20),
            peers().optional())
        .as(Grown::new);
  }

  private static Arbitrary<Message> envelopes() {
    return Combinators.combine(Arbitraries.oneOf(basics(), grown(), raw()), Arbitraries.integers())
        .as(Envelope::new);
  }
}
