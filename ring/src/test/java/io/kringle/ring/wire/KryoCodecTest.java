package io.kringle.ring.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kringle.ring.Added;
import io.kringle.ring.Bytes;
import io.kringle.ring.Endpoint;
import io.kringle.ring.Id;
import io.kringle.ring.MalformedMessageException;
import io.kringle.ring.Message;
import io.kringle.ring.Peer;
import io.kringle.ring.Schema;
import io.kringle.ring.UnknownMessage;
import io.kringle.ring.wire.Samples.Basics;
import io.kringle.ring.wire.Samples.Circle;
import io.kringle.ring.wire.Samples.Colour;
import io.kringle.ring.wire.Samples.Containers;
import io.kringle.ring.wire.Samples.Envelope;
import io.kringle.ring.wire.Samples.Group;
import io.kringle.ring.wire.Samples.Grown;
import io.kringle.ring.wire.Samples.Nested;
import io.kringle.ring.wire.Samples.Positive;
import io.kringle.ring.wire.Samples.Raw;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class KryoCodecTest {
  private static final HexFormat HEX = HexFormat.of();
  private static final Peer PEER =
      new Peer(Id.ofKey("peer"), new Endpoint("127.0.0.1", 7400), 0x1234_5678_9abcL);

  private final KryoCodec codec = new KryoCodec(Samples.schema());

  @Provide
  Arbitrary<Message> messages() {
    return Samples.messages();
  }

  @Property(tries = 500)
  void everyMessageComesBackAsItWasSent(@ForAll("messages") Message message) {
    assertThat(codec.decode(codec.encode(message))).isEqualTo(message);
  }

  @Property(tries = 200)
  void aMessageIsReadFromTheMiddleOfAnArray(@ForAll("messages") Message message) {
    int length = codec.encodeToBuffer(message);
    byte[] larger = new byte[length + 20];
    System.arraycopy(codec.buffer(), 0, larger, 7, length);
    assertThat(codec.decode(larger, 7, length)).isEqualTo(message);
  }

  @Test
  void theBytesOfEveryFormatAreThoseOnRecord() throws IOException {
    Map<String, Message> messages = golden();
    StringBuilder lines = new StringBuilder();
    messages.forEach(
        (name, message) ->
            lines
                .append(name)
                .append(' ')
                .append(HEX.formatHex(codec.encode(message)))
                .append('\n'));
    assertThat(lines.toString()).isEqualTo(resource("golden.txt"));
  }

  private static Map<String, Message> golden() {
    Map<String, Message> messages = new LinkedHashMap<>();
    messages.put(
        "basics",
        new Basics(
            true,
            -3,
            1L << 40,
            0.5,
            "Grüße",
            Id.ofKey("key"),
            Bytes.utf8("value"),
            Duration.ofMillis(-1500),
            Colour.BLUE));
    messages.put(
        "containers",
        new Containers(
            Optional.of(Id.ZERO),
            List.of(1L, -1L, Long.MIN_VALUE),
            List.of(PEER),
            Optional.of(List.of("a", "")),
            new Group(List.of(new Circle(2), new Group(List.of())))));
    messages.put("raw", new Raw(new byte[] {1, 2, 3}));
    messages.put("envelope", new Envelope(new Positive(7), 9));
    messages.put("nested", new Nested(Optional.of(new Nested(Optional.empty()))));
    messages.put(
        "grown", new Grown(1, 2, "x".repeat(130), Bytes.EMPTY, List.of(Id.MAX), Optional.of(PEER)));
    messages.put("unknown-type", new UnknownType(1234));
    messages.put("farewell", new Farewell());
    return messages;
  }

  static String resource(String name) throws IOException {
    try (InputStream stream = KryoCodecTest.class.getResourceAsStream(name)) {
      return new String(stream.readAllBytes(), UTF_8);
    }
  }

  @Test
  void anUnknownNumberIsAnUnknownMessage() {
    KryoCodec knowsLess = new KryoCodec(new Schema().add(1003, Envelope.class));
    assertThat(knowsLess.decode(codec.encode(new Raw(new byte[5]))))
        .isEqualTo(new UnknownMessage(1002));
  }

  @Test
  void anUnknownMessageInsideAnotherLeavesTheOtherReadable() {
    KryoCodec knowsLess = new KryoCodec(new Schema().add(1003, Envelope.class));
    assertThat(knowsLess.decode(codec.encode(new Envelope(new Raw(new byte[500]), 3))))
        .isEqualTo(new Envelope(new UnknownMessage(1002), 3));
  }

  @Test
  void anUnknownVariantMakesTheWholeMessageUnknown() {
    byte[] bytes =
        codec.encode(
            new Containers(
                Optional.empty(), List.of(), List.of(), Optional.empty(), new Circle(1)));
    // The shape's number, 1010, becomes 1012, which nobody has.
    String hex = HEX.formatHex(bytes).replace("f207", "f407");
    assertThat(codec.decode(HEX.parseHex(hex))).isEqualTo(new UnknownMessage(1012));
  }

  @Test
  void aRecordThatMayNotStandThereIsMalformed() {
    byte[] bytes =
        codec.encode(
            new Containers(
                Optional.empty(), List.of(), List.of(), Optional.empty(), new Circle(1)));
    String hex = HEX.formatHex(bytes).replace("f207", "ea07");
    assertMalformed(hex);
  }

  @Test
  void whatEndsEarlyOrLateIsMalformed() {
    golden()
        .values()
        .forEach(
            message -> {
              String hex = HEX.formatHex(codec.encode(message));
              assertMalformed(hex + "00");
              for (int end = 0; end < hex.length(); end += 2) {
                assertMalformed(hex.substring(0, end));
              }
            });
  }

  @Test
  void whatTheConstructorRefusesIsMalformed() {
    String five = HEX.formatHex(codec.encode(new Positive(5)));
    assertThatThrownBy(() -> codec.decode(HEX.parseHex(five.replace("0a00", "0900"))))
        .isInstanceOf(MalformedMessageException.class)
        .hasMessageContaining("not positive: -5");
  }

  @Test
  void impossibleValuesAreMalformed() {
    String raw = "ea07";
    assertMalformed(raw + "ffffffff0f" + "00");
    assertMalformed(raw + "ffffffff07" + "00");
    String nested = "ec07";
    assertMalformed(nested + "02" + "0000");
    assertMalformed("00");
    assertMalformed("ffffffff0f");
    assertMalformed("");
  }

  @Test
  void aRecordThatIsNoMessageDoesNotStandAlone() {
    assertMalformed("f207" + "3ff0000000000000" + "00");
  }

  @Test
  void nestingIsBoundedInBothDirections() {
    assertThatThrownBy(() -> codec.encode(nested(KryoCodec.MAX_DEPTH + 1)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(codec.decode(codec.encode(nested(KryoCodec.MAX_DEPTH))))
        .isEqualTo(nested(KryoCodec.MAX_DEPTH));
    assertMalformed("ec07" + "01".repeat(10_000) + "00".repeat(10_001));
  }

  private static Nested nested(int depth) {
    return depth == 1 ? new Nested(Optional.empty()) : new Nested(Optional.of(nested(depth - 1)));
  }

  @Test
  void aTextThatIsNotUtf8IsMalformed() {
    String good =
        HEX.formatHex(
            codec.encode(
                new Basics(true, 0, 0, 0, "ab", Id.ZERO, Bytes.EMPTY, Duration.ZERO, Colour.RED)));
    assertMalformed(good.replace("026162", "02c328"));
  }

  @Test
  void textsAreBounded() {
    Message long1 =
        new Basics(
            true,
            0,
            0,
            0,
            "a".repeat(KryoCodec.MAX_STRING_BYTES + 1),
            Id.ZERO,
            Bytes.EMPTY,
            Duration.ZERO,
            Colour.RED);
    assertThatThrownBy(() -> codec.encode(long1)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void messagesAreBounded() {
    KryoCodec small = new KryoCodec(Samples.schema(), 100);
    assertThat(small.encode(new Raw(new byte[90]))).hasSize(94);
    assertThatThrownBy(() -> small.encode(new Raw(new byte[100])))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("100 bytes");
    assertThat(small.decode(small.encode(new Positive(5)))).isEqualTo(new Positive(5));
  }

  @Test
  void aTypeWithoutANumberIsRefused() {
    assertThatThrownBy(() -> codec.encode(new UnknownMessage(3)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(codec.knows(UnknownMessage.class)).isFalse();
    assertThat(codec.knows(Raw.class)).isTrue();
  }

  @Test
  void aMessageThatMakesTheBufferGrowIsWrittenWhole() {
    for (int size : new int[] {3_000, 5_000, 50_000, 900_000}) {
      KryoCodec fresh = new KryoCodec(new Schema().add(1000, Large.class));
      byte[] content = new byte[size];
      new SplittableRandom(size).nextBytes(content);
      Large large = new Large(Bytes.of(content));
      assertThat(fresh.decode(fresh.encode(large))).as("%d bytes", size).isEqualTo(large);
    }
  }

  record Large(Bytes content) implements Message {}

  record Unsupported(Map<String, String> map) implements Message {}

  record Misplaced(@Added int first, int second) implements Message {}

  record Zeroless(@Added Peer peer) implements Message {}

  @Test
  void aMessageThatCannotTravelIsFoundWhenTheCodecIsMade() {
    for (Class<? extends Record> bad :
        List.of(Unsupported.class, Misplaced.class, Zeroless.class)) {
      assertThatThrownBy(() -> new KryoCodec(new Schema().add(1, bad)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(bad.getSimpleName());
    }
    assertThatThrownBy(() -> new KryoCodec(new Schema().add(1001, Containers.class)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Circle");
  }

  private void assertMalformed(String hex) {
    assertThatThrownBy(() -> codec.decode(HEX.parseHex(hex)))
        .as(hex)
        .isInstanceOf(MalformedMessageException.class);
  }
}
