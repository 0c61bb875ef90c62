package io.kringle.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.kringle.ring.Bytes;
import io.kringle.ring.Failure;
import io.kringle.ring.Id;
import io.kringle.ring.Peer;
import io.kringle.ring.Schema;
import io.kringle.routing.RoutingMessage.Acks;
import io.kringle.routing.RoutingMessage.Hop;
import io.kringle.routing.RoutingMessage.Kind;
import io.kringle.routing.RoutingMessage.Nack;
import io.kringle.routing.RoutingMessage.Ping;
import io.kringle.routing.RoutingMessage.Refusal;
import io.kringle.routing.RoutingMessage.Reply;
import io.kringle.routing.RoutingMessage.RowReply;
import io.kringle.routing.RoutingMessage.RowRequest;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The layer's messages on the wire. */
class RoutingMessagesTest {
  private static final Peer PEER = TestRing.peers(List.of(Id.MAX)).get(0);

  private static final List<RoutingMessage> ONE_OF_EACH =
      List.of(
          new Hop(1, Kind.ROUTE, Id.ZERO, PEER, 2, 3, Bytes.utf8("body")),
          new Acks(List.of(1L, 300L)),
          new Nack(1),
          new Reply(1, 2, Bytes.utf8("body")),
          new Refusal(1, 2, Failure.Kind.REFUSED, "no"),
          new Ping(1),
          new RowRequest(3),
          new RowReply(List.of(PEER)));

  private static Set<Class<?>> permitted() {
    return new LinkedHashSet<>(List.of(RoutingMessage.class.getPermittedSubclasses()));
  }

  @Test
  void everyMessageHasANumberOfThisLayer() {
    Schema schema = new Schema();
    RoutingMessages.register(schema);
    Set<Class<?>> registered = new LinkedHashSet<>(schema.types().values());
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
}
