package io.kringle.ring.tcp;

import static io.kringle.ring.tcp.TestNode.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kringle.ring.Bytes;
import io.kringle.ring.Endpoint;
import io.kringle.ring.Id;
import io.kringle.ring.Peer;
import io.kringle.ring.Schema;
import io.kringle.ring.tcp.TestNode.Blob;
import io.kringle.ring.tcp.TestNode.Novelty;
import io.kringle.ring.tcp.TestNode.Numbered;
import io.kringle.ring.wire.KryoCodec;
import io.kringle.ring.wire.UnknownType;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class TcpTransportTest {
  private static EventLoopGroup loops;

  private final List<TestNode> nodes = new ArrayList<>();

  @BeforeAll
  static void startLoops() {
    loops = TcpTransport.eventLoops(3);
  }

  @AfterAll
  static void stopLoops() {
    assertThat(
            loops
                .shutdownGracefully(0, 1, TimeUnit.SECONDS)
                .awaitUninterruptibly(5, TimeUnit.SECONDS))
        .isTrue();
  }

  @AfterEach
  void closeNodes() {
    nodes.forEach(TestNode::close);
  }

  private TestNode node(String name) {
    return add(TestNode.start(loops.next(), name));
  }

  private TestNode node(String name, TcpConfig config) {
    return add(TestNode.start(loops.next(), name, config));
  }

  private TestNode add(TestNode node) {
    nodes.add(node);
    return node;
  }

  @Test
  void bothDirectionsUseOneConnection() {
    TestNode a = node("a");
    TestNode b = node("b");
    assertThat(a.send(b.self(), new Numbered(1))).isTrue();
    eventually(() -> b.numbers().equals(List.of(1)));
    assertThat(b.send(a.self(), new Numbered(2))).isTrue();
    eventually(() -> a.numbers().equals(List.of(2)));
    assertThat(b.received.get(0).from()).isEqualTo(a.self());
    assertThat(a.received.get(0).from()).isEqualTo(b.self());
    assertThat(a.stats().connections()).isEqualTo(1);
    assertThat(b.stats().connections()).isEqualTo(1);
  }

  @Test
  void messagesArriveInOrder() {
    TestNode a = node("a");
    TestNode b = node("b");
    a.on(
        transport -> {
          for (int i = 0; i < 50_000; i++) {
            assertThat(transport.send(b.self(), new Numbered(i))).isTrue();
          }
          return true;
        });
    eventually(() -> b.count.get() == 50_000);
    assertThat(b.numbers()).isEqualTo(IntStream.range(0, 50_000).boxed().toList());
    assertThat(a.stats().queuedBytes()).isZero();
  }

  @Test
  void simultaneousDialsEndInOneConnectionAndLoseNothing() {
    for (int round = 0; round < 30; round++) {
      TestNode a = node("a" + round);
      TestNode b = node("b" + round);
      crossSends(a, b, round % 3);
      List<Integer> all = IntStream.range(0, 200).boxed().toList();
      eventually(() -> a.count.get() >= 200 && b.count.get() >= 200);
      assertThat(a.numbers()).isEqualTo(all);
      assertThat(b.numbers()).isEqualTo(all);
      eventually(() -> a.stats().connections() == 1 && b.stats().connections() == 1);
      assertThat(a.send(b.self(), new Numbered(200))).isTrue();
      eventually(() -> b.count.get() == 201);
      assertThat(a.unreachable).isEmpty();
      assertThat(b.unreachable).isEmpty();
      a.close();
      b.close();
    }
  }

  /** Both send at the same time: to a known peer, or to an endpoint, or one of each. */
  private static void crossSends(TestNode a, TestNode b, int kind) {
    a.loop.execute(() -> sendMany(a, b, kind == 0));
    b.loop.execute(() -> sendMany(b, a, kind < 2));
  }

  private static void sendMany(TestNode from, TestNode to, boolean known) {
    from.within(
        transport -> {
          for (int i = 0; i < 100; i++) {
            sendOne(transport, to, known, i);
          }
        });
    from.loop.execute(
        () ->
            from.within(
                transport -> {
                  for (int i = 100; i < 200; i++) {
                    sendOne(transport, to, known, i);
                  }
                }));
  }

  private static void sendOne(TcpTransport transport, TestNode to, boolean known, int number) {
    if (known) {
      transport.send(to.self(), new Numbered(number));
    } else {
      transport.contact(to.endpoint(), new Numbered(number));
    }
  }

  @Test
  void aContactReachesWhoeverListens() {
    TestNode a = node("a");
    TestNode b = node("b");
    a.contact(b.endpoint(), new Numbered(1));
    a.contact(b.endpoint(), new Numbered(2));
    eventually(() -> b.numbers().equals(List.of(1, 2)));
    a.contact(b.endpoint(), new Numbered(3));
    assertThat(a.send(b.self(), new Numbered(4))).isTrue();
    eventually(() -> b.numbers().equals(List.of(1, 2, 3, 4)));
    assertThat(a.stats().connections()).isEqualTo(1);
  }

  @Test
  void aContactByANameIsResolved() {
    TestNode a = node("a");
    TestNode b = node("b");
    a.contact(new Endpoint("localhost", b.endpoint().port()), new Numbered(1));
    eventually(() -> b.numbers().equals(List.of(1)));
  }

  @Test
  void aContactToADeadPortFails() throws IOException {
    TestNode a = node("a");
    Endpoint dead = deadPort();
    a.on(
        transport -> {
          transport.contact(dead, new Numbered(1));
          transport.contact(dead, new Numbered(2));
          return true;
        });
    eventually(() -> a.contactFailed.size() == 1);
    assertThat(a.contactFailed.get(0).endpoint()).isEqualTo(dead);
    assertThat(a.contactFailed.get(0).reason()).contains("refused");
    assertThat(a.stats().connections()).isZero();
    assertThat(a.stats().queuedBytes()).isZero();
  }

  @Test
  void aContactToAnUnknownHostFails() {
    TestNode a = node("a");
    a.contact(new Endpoint("no-such-host.invalid", 1), new Numbered(1));
    eventually(() -> a.contactFailed.size() == 1);
    assertThat(a.contactFailed.get(0).reason()).contains("no-such-host.invalid");
  }

  @Test
  void aPeerThatCannotBeDialledIsUnreachableOnceForAllMessages() throws IOException {
    TestNode a = node("a");
    Peer dead = new Peer(Id.ofKey("dead"), deadPort(), 1);
    a.on(
        transport -> {
          for (int i = 0; i < 10; i++) {
            transport.send(dead, new Numbered(i));
          }
          return true;
        });
    eventually(() -> !a.unreachable.isEmpty());
    assertThat(a.unreachable).hasSize(1);
    assertThat(a.unreachable.get(0).peer()).isEqualTo(dead);
    assertThat(a.stats().queuedBytes()).isZero();
  }

  static Endpoint deadPort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return new Endpoint("127.0.0.1", socket.getLocalPort());
    }
  }

  @Test
  void anotherNodeThanAskedForIsUnreachable() {
    TestNode a = node("a");
    TestNode b = node("b");
    a.send(new Peer(Id.ofKey("c"), b.endpoint(), 1), new Numbered(1));
    eventually(() -> a.unreachable.size() == 1);
    assertThat(a.unreachable.get(0).reason()).contains("this is node " + Id.ofKey("b"));
    assertThat(b.received).isEmpty();
  }

  @Test
  void aMessageToItselfComesBack() {
    TestNode a = node("a");
    a.send(a.self(), new Numbered(1));
    eventually(() -> a.numbers().equals(List.of(1)));
  }

  @Test
  void aContactToItselfFails() {
    TestNode a = node("a");
    a.contact(a.endpoint(), new Numbered(1));
    eventually(() -> a.contactFailed.size() == 1);
    assertThat(a.contactFailed.get(0).reason()).contains("that is this node");
  }

  @Test
  void ringsOfDifferentIdsRefuseEachOther() {
    TestNode a = node("a");
    TestNode b =
        add(TestNode.start(loops.next(), Id.ofKey("b"), Optional.of(Id.ofKey("other")), 1));
    a.contact(b.endpoint(), new Numbered(1));
    eventually(() -> a.contactRefused.size() == 1);
    assertThat(a.contactRefused.get(0).reason())
        .contains("other ring id")
        .contains(TestNode.RING.toString())
        .contains(Id.ofKey("other").toString());
    assertThat(b.stats().lastRefusal())
        .hasValueSatisfying(why -> assertThat(why).contains("other ring id"));
    assertThat(b.stats().refusedHandshakes()).isEqualTo(1);
    assertThat(b.received).isEmpty();
  }

  @Test
  void aNodeWithoutARingIsLetIn() {
    TestNode a = node("a");
    TestNode b = add(TestNode.start(loops.next(), Id.ofKey("b"), Optional.empty(), 1));
    b.contact(a.endpoint(), new Numbered(1));
    eventually(() -> a.numbers().equals(List.of(1)));
  }

  @Test
  void twoNodesOfOneIdRefuseEachOther() {
    TestNode a = node("a");
    TestNode twin = node("a");
    a.contact(twin.endpoint(), new Numbered(1));
    eventually(() -> a.contactRefused.size() == 1);
    assertThat(a.contactRefused.get(0).reason()).contains("same node id");
    assertThat(twin.stats().lastRefusal())
        .hasValueSatisfying(why -> assertThat(why).contains("same node id"));
  }

  @Test
  void aMessageLargerThanAFrameIsRefusedHere() {
    TestNode a = node("a");
    TestNode b = node("b");
    int limit = TcpConfig.Limits.DEFAULT.maxFrameBytes();
    assertThat(a.send(b.self(), new Blob(Bytes.of(new byte[limit])))).isFalse();
    assertThat(a.stats().droppedTooLarge()).isEqualTo(1);
    Blob largest = new Blob(Bytes.of(new byte[limit - 6]));
    assertThat(a.send(b.self(), largest)).isTrue();
    eventually(() -> b.count.get() == 1);
    assertThat(b.received.get(0).message()).isEqualTo(largest);
  }

  @Test
  void aFullQueueSaysSoAndRecovers() {
    TestNode a = node("a");
    TestNode b = node("b");
    Blob blob = new Blob(Bytes.of(new byte[1_000_000]));
    int taken =
        a.on(
            transport -> {
              int count = 0;
              while (transport.send(b.self(), blob)) {
                count++;
              }
              return count;
            });
    assertThat(taken).isEqualTo(8);
    assertThat(a.stats().droppedFull()).isEqualTo(1);
    eventually(() -> b.count.get() == taken);
    eventually(() -> a.stats().queuedBytes() == 0);
    assertThat(a.send(b.self(), blob)).isTrue();
    eventually(() -> b.count.get() == taken + 1);
  }

  @Test
  void anUnknownTypeIsAnsweredAndNotDelivered() {
    TestNode newer =
        add(
            TestNode.start(
                loops.next(), Id.ofKey("new"), Optional.of(TestNode.RING), TestNode.NEWER));
    TestNode older = node("old");
    newer.send(older.self(), new Novelty(1));
    newer.send(older.self(), new Numbered(2));
    eventually(() -> newer.count.get() == 1 && older.count.get() == 1);
    assertThat(newer.received.get(0).message()).isEqualTo(new UnknownType(1002));
    assertThat(older.numbers()).containsExactly(2);
    assertThat(newer.unreachable).isEmpty();
  }

  @Test
  void aPeerThatDiesIsUnreachableOnce() {
    TestNode a = node("a");
    TestNode b = TestNode.start(loops.next(), "b");
    a.send(b.self(), new Numbered(1));
    eventually(() -> b.count.get() == 1);
    b.close();
    eventually(() -> !a.unreachable.isEmpty());
    assertThat(a.stats().connections()).isZero();
    assertThat(a.unreachable).hasSize(1);
    assertThat(a.unreachable.get(0).peer()).isEqualTo(b.self());
  }

  @Test
  void aRestartedPeerReplacesTheOldConnection() {
    TestNode a = node("a");
    TestNode first = node("b");
    a.send(first.self(), new Numbered(1));
    eventually(() -> first.count.get() == 1);
    // The old process still holds its connection: as if the machine had been cut off and come back.
    TestNode second =
        add(TestNode.start(loops.next(), Id.ofKey("b"), Optional.of(TestNode.RING), 2));
    second.send(a.self(), new Numbered(2));
    eventually(() -> a.numbers().equals(List.of(2)));
    assertThat(a.received.get(0).from()).isEqualTo(second.self());
    assertThat(a.unreachable).containsExactly(new TestNode.Lost(first.self(), "restarted"));
    a.send(first.self(), new Numbered(3));
    eventually(() -> second.numbers().equals(List.of(3)));
    eventually(() -> a.stats().connections() == 1);
    assertThat(a.unreachable).hasSize(1);
  }

  @Test
  void theConnectionUnusedForLongestMakesRoomInOrder() {
    TcpConfig narrow =
        new TcpConfig(
            TestNode.ANY,
            new TcpConfig.Limits(1000, 10_000, 2, 2),
            TestNode.impatient().timeouts());
    TestNode hub = node("hub", narrow);
    TestNode a = node("a", TestNode.impatient());
    TestNode b = node("b", TestNode.impatient());
    TestNode c = node("c", TestNode.impatient());
    a.send(hub.self(), new Numbered(1));
    eventually(() -> hub.numbers().equals(List.of(1)));
    b.send(hub.self(), new Numbered(2));
    eventually(() -> hub.numbers().equals(List.of(1, 2)));
    eventually(
        () -> {
          c.send(hub.self(), new Numbered(3));
          return hub.numbers().contains(3);
        });
    eventually(() -> a.stats().connections() == 0);
    assertThat(b.stats().connections()).isEqualTo(1);
    assertThat(a.unreachable).isEmpty();
    assertThat(hub.unreachable).isEmpty();
  }

  @Test
  void aConnectionThatNobodyUsesIsClosedInOrderAndMadeAgainWhenItIsWanted() {
    TestNode a = node("a", TestNode.taciturn(Duration.ofMillis(200)));
    TestNode b = node("b", TestNode.impatient());
    for (int round = 0; round < 3; round++) {
      int sent = round;
      a.send(b.self(), new Numbered(2 * sent));
      eventually(() -> b.count.get() == sent + 1);
      eventually(() -> a.stats().connections() == 0 && b.stats().connections() == 0);
      b.send(a.self(), new Numbered(2 * sent + 1));
      eventually(() -> a.count.get() == sent + 1);
      eventually(() -> a.stats().connections() == 0 && b.stats().connections() == 0);
    }
    assertThat(b.numbers()).containsExactly(0, 2, 4);
    assertThat(a.numbers()).containsExactly(1, 3, 5);
    assertThat(a.unreachable).isEmpty();
    assertThat(b.unreachable).isEmpty();
  }

  @Test
  void bothMayTireOfAConnectionAtTheSameTimeAndNothingIsLost() {
    TestNode a = node("a", TestNode.taciturn(Duration.ofMillis(100)));
    TestNode b = node("b", TestNode.taciturn(Duration.ofMillis(100)));
    for (int round = 0; round < 20; round++) {
      int sent = round;
      a.send(b.self(), new Numbered(sent));
      eventually(() -> b.count.get() == sent + 1);
      eventually(() -> a.stats().connections() == 0 || b.stats().connections() == 0);
    }
    assertThat(b.numbers()).isEqualTo(IntStream.range(0, 20).boxed().toList());
    assertThat(a.unreachable).isEmpty();
    assertThat(b.unreachable).isEmpty();
  }

  @Test
  void whatIsQueuedIsFlushedBeforeClosing() {
    TestNode a = TestNode.start(loops.next(), "a");
    TestNode b = node("b");
    a.send(b.self(), new Numbered(-1));
    eventually(() -> b.count.get() == 1);
    a.on(
        transport -> {
          for (int i = 0; i < 1000; i++) {
            transport.send(b.self(), new Blob(Bytes.of(new byte[5000])));
          }
          return transport.close();
        });
    a.close();
    eventually(() -> b.count.get() == 1001);
    assertThat(a.send(b.self(), new Numbered(1))).isFalse();
    assertThat(a.unreachable).isEmpty();
  }

  @Test
  void aPortInUseIsAnError() {
    TestNode a = node("a");
    assertThatThrownBy(() -> node("b", TcpConfig.on(a.endpoint())))
        .hasRootCauseInstanceOf(IOException.class);
  }

  @Test
  void aSchemaWithoutTheMessagesOfTheWireIsRefused() {
    KryoCodec codec = new KryoCodec(new Schema());
    TcpIdentity identity = new TcpIdentity(Id.ZERO, 1, Optional.empty());
    assertThatThrownBy(
            () ->
                TcpTransport.bind(
                    loops.next(), TestNode.config(), identity, Optional::empty, codec, null))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
