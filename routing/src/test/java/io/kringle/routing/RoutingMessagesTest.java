package io.kringle.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.kringle.ring.Bytes;
import io.kringle.ring.Codec;
import io.kringle.ring.Endpoint;
import io.kringle.ring.Failure;
import io.kringle.ring.Id;
import io.kringle.ring.Peer;
import io.kringle.ring.RingMessages;
import io.kringle.ring.Schema;
import io.kringle.ring.wire.KryoCodec;
import io.kringle.routing.RoutingMessage.Acks;
import io.kringle.routing.RoutingMessage.Gone;
import io.kringle.routing.RoutingMessage.Holders;
import io.kringle.routing.RoutingMessage.Hop;
import io.kringle.routing.RoutingMessage.Kind;
import io.kringle.routing.RoutingMessage.Nack;
import io.kringle.routing.RoutingMessage.Ping;
import io.kringle.routing.RoutingMessage.Refusal;
import io.kringle.routing.RoutingMessage.Reply;
import io.kringle.routing.RoutingMessage.RowReply;
import io.kringle.routing.RoutingMessage.RowRequest;
import io.kringle.routing.RoutingMessage.Sighting;
import io.kringle.routing.RoutingMessage.Stuck;
import io.kringle.routing.RoutingMessage.Taken;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The layer's messages on the wire. */
class RoutingMessagesTest {
  private static final Peer PEER = new Peer(Id.MAX, new Endpoint("host", 7_400), 9);

  private static final List<RoutingMessage> ONE_OF_EACH =
      List.of(
          new Hop(1, Kind.ROUTE, Id.ZERO, PEER, 2, 3, Bytes.utf8("body")),
          new Acks(List.of(1L, 300L)),
          new Nack(1),
          new Reply(1, 2, Bytes.utf8("body")),
          new Refusal(1, 2, Failure.Kind.REFUSED, "no"),
          new Ping(1),
          new RowRequest(1, 3),
          new RowReply(1, List.of(new Sighting(PEER, 5, 6))),
          new Taken(7),
          new Holders(List.of(PEER)),
          new Gone(PEER),
          new Stuck(4, Id.ZERO, Bytes.utf8("body")));

  private static final List<String> GOLDEN =
      List.of(
          "3202000000000000000000000000000000000000000000ffffffffffffffffffffffffffffffffffffffff04686f7374d073001200040604626f647900",
          "330202d80400",
          "340200",
          "35020404626f647900",
          "36020403026e6f00",
          "370200",
          "38020600",
          "390201ffffffffffffffffffffffffffffffffffffffff04686f7374d0730012000a0c0000",
          "3b0e00",
          "3c01ffffffffffffffffffffffffffffffffffffffff04686f7374d07300120000",
          "3dffffffffffffffffffffffffffffffffffffffff04686f7374d07300120000",
          "3e08000000000000000000000000000000000000000004626f647900");

  private static Set<Class<?>> permitted() {
    return new LinkedHashSet<>(List.of(RoutingMessage.class.getPermittedSubclasses()));
  }

  @Test
  void everyMessageHasANumberOfThisLayer() {
    Schema schema = new Schema();
    RoutingMessages.register(schema);
    Set<Class<?>> registered = new LinkedHashSet<>(schema.types().values());
    assertThat(registered.remove(Sighting.class)).as("a part of messages").isTrue();
    assertThat(registered).isEqualTo(permitted());
    assertThat(schema.types().keySet()).allMatch(number -> number >= 50 && number <= 99);
  }

  @Test
  void everyMessageIsUnderstood() {
    Set<Class<?>> samples = new LinkedHashSet<>();
    ONE_OF_EACH.forEach(message -> samples.add(message.getClass()));
    assertThat(samples).isEqualTo(permitted());
    TestRing ring = TestRing.of(3);
    for (RoutingMessage message : ONE_OF_EACH) {
      assertThatCode(() -> ring.nodes.get(0).received(ring.peers.get(1), message))
          .doesNotThrowAnyException();
    }
  }

  /** A change of these bytes is a change of the wire: older nodes must still read it. */
  @Test
  void everyMessageIsWrittenAsItAlwaysWasAndReadBack() {
    Schema schema = new Schema();
    RingMessages.register(schema);
    RoutingMessages.register(schema);
    Codec codec = new KryoCodec(schema);
    List<String> written = new ArrayList<>();
    for (RoutingMessage message : ONE_OF_EACH) {
      byte[] bytes = codec.encode(message);
      written.add(HexFormat.of().formatHex(bytes));
      assertThat(codec.decode(bytes)).isEqualTo(message);
    }
    assertThat(written).containsExactlyElementsOf(GOLDEN);
  }

  @Test
  void theNumberOfAnEncodedMessageIsReadFromItsBeginning() {
    Schema schema = new Schema().add(5, Word.class).add(1_234_567, Tally.class);
    Codec codec = new KryoCodec(schema);
    assertThat(Upcalls.number(Bytes.of(codec.encode(new Word("word"))))).isEqualTo(5);
    assertThat(Upcalls.number(Bytes.of(codec.encode(new Tally(1))))).isEqualTo(1_234_567);
    assertThat(Upcalls.number(Bytes.EMPTY)).isZero();
  }
}
