package io.kringle.ring.tcp;

import static io.kringle.ring.tcp.TestNode.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.kringle.ring.Endpoint;
import io.kringle.ring.Id;
import io.kringle.ring.Peer;
import io.kringle.ring.tcp.Greeting.Hello;
import io.kringle.ring.tcp.Greeting.Refusal;
import io.kringle.ring.tcp.TestNode.Numbered;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoopGroup;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What strangers and broken peers do costs them their connection, and nobody else anything. */
class HostilePeersTest {
  private static final Endpoint NOWHERE = new Endpoint("127.0.0.1", 1);
  private static final Id STRANGER = Id.ofKey("stranger");

  private EventLoopGroup loops;
  private TestNode node;
  private TestNode friend;

  @BeforeEach
  void start() {
    loops = TcpTransport.eventLoops(2);
    node = TestNode.start(loops.next(), "node", TestNode.impatient());
    friend = TestNode.start(loops.next(), "friend", TestNode.impatient());
    node.answer();
    exchange();
  }

  @AfterEach
  void theFriendHasNoticedNothing() {
    exchange();
    assertThat(friend.unreachable).isEmpty();
    friend.close();
    node.close();
    assertThat(
            loops
                .shutdownGracefully(0, 1, TimeUnit.SECONDS)
                .awaitUninterruptibly(5, TimeUnit.SECONDS))
        .isTrue();
  }

  private void exchange() {
    int next = friend.count.get() + 1;
    assertThat(friend.send(node.self(), new Numbered(next))).isTrue();
    eventually(() -> friend.numbers().contains(next));
  }

  @Test
  void randomBytes() throws IOException {
    Random random = new Random(7);
    for (int i = 0; i < 20; i++) {
      byte[] bytes = new byte[1 + random.nextInt(3000)];
      random.nextBytes(bytes);
      try (Socket socket = connect()) {
        socket.getOutputStream().write(bytes);
        assertClosed(socket);
      }
    }
    assertThat(node.stats().lastRefusal()).isPresent();
  }

  @Test
  void wrongMagicIsNotAKringleNode() throws IOException {
    try (Socket socket = connect()) {
      socket
          .getOutputStream()
          .write("GET / HTTP/1.1\r\n\r\n".getBytes(java.nio.charset.StandardCharsets.UTF_8));
      assertThat(readGreeting(socket)).isEqualTo(new Refusal(false, "not a Kringle node"));
      assertClosed(socket);
    }
    assertThat(node.stats().lastRefusal()).contains("not a Kringle node");
  }

  @Test
  void anotherProtocolVersionIsNamedOnBothSides() throws IOException {
    try (Socket socket = connect()) {
      ByteBuf bytes = Unpooled.buffer();
      Handshake.write(
          bytes,
          new Hello(
              false, 7, 9, 0, STRANGER, 1, 1, 1, Optional.empty(), Optional.empty(), NOWHERE));
      send(socket, bytes);
      assertThat(((Refusal) readGreeting(socket)).reason()).contains("version mismatch", "7 to 9");
    }
    assertThat(node.stats().lastRefusal())
        .hasValueSatisfying(why -> assertThat(why).contains("version mismatch"));
  }

  @Test
  void aGreetingLargerThanAllowed() throws IOException {
    try (Socket socket = connect()) {
      send(socket, Unpooled.buffer().writeInt(0x4b524e47).writeByte(1).writeShort(60_000));
      assertClosed(socket);
    }
  }

  @Test
  void slowLorisInTheHandshake() throws IOException {
    try (Socket socket = connect()) {
      send(socket, Unpooled.buffer().writeInt(0x4b524e47));
      assertClosed(socket);
    }
    assertThat(node.stats().lastRefusal())
        .hasValueSatisfying(why -> assertThat(why).contains("no handshake within"));
  }

  @Test
  void onlySoManyMayBeShakingHands() throws IOException {
    List<Socket> sockets = new ArrayList<>();
    for (int i = 0; i < 80; i++) {
      sockets.add(connect());
    }
    eventually(() -> node.stats().refusedHandshakes() >= 16);
    assertThat(node.stats().connections()).isLessThanOrEqualTo(65 + 1);
    for (Socket socket : sockets) {
      assertClosed(socket);
      socket.close();
    }
    eventually(() -> node.stats().connections() == 1);
  }

  @Test
  void aHugeLength() throws IOException {
    for (int length : new int[] {Integer.MAX_VALUE, -1, 1024 * 1024 + 1}) {
      int before = node.unreachable.size();
      try (Socket socket = introduced()) {
        send(socket, Unpooled.buffer().writeInt(length).writeZero(100));
        assertClosed(socket);
      }
      eventually(() -> node.unreachable.size() == before + 1);
      assertThat(node.unreachable.get(before).reason()).contains("announced a frame");
    }
  }

  @Test
  void aFrameThatIsNoMessage() throws IOException {
    try (Socket socket = introduced()) {
      send(socket, Unpooled.buffer().writeInt(3).writeMedium(0xe80700));
      assertClosed(socket);
    }
    eventually(() -> node.unreachable.size() == 1);
    assertThat(node.unreachable.get(0).peer()).isEqualTo(new Peer(STRANGER, NOWHERE, 1));
    assertThat(node.unreachable.get(0).reason()).contains("no message");
  }

  @Test
  void slowLorisInAFrame() throws IOException {
    try (Socket socket = introduced()) {
      send(socket, Unpooled.buffer().writeInt(100).writeZero(10));
      assertClosed(socket);
    }
    eventually(() -> node.unreachable.size() == 1);
    assertThat(node.unreachable.get(0).reason()).isEqualTo("did not finish a frame in time");
  }

  @Test
  void aFrameThatTricklesInByteByByte() throws IOException {
    try (Socket socket = introduced()) {
      send(socket, Unpooled.buffer().writeInt(1_000_000));
      eventually(
          () -> {
            drip(socket);
            return node.unreachable.size() == 1;
          });
    }
    assertThat(node.unreachable.get(0).reason()).isEqualTo("did not finish a frame in time");
  }

  private static void drip(Socket socket) {
    try {
      socket.getOutputStream().write(0);
    } catch (IOException closed) {
      // That is what the test waits for, and what the node reports.
    }
  }

  @Test
  void aTruncatedFrame() throws IOException {
    try (Socket socket = introduced()) {
      send(socket, Unpooled.buffer().writeInt(100).writeZero(10));
    }
    eventually(() -> node.unreachable.size() == 1);
  }

  @Test
  void aSilentPeerIsPingedThenFoundSilent() throws IOException {
    try (Socket socket = introduced()) {
      byte[] ping = socket.getInputStream().readNBytes(4);
      assertThat(ping).containsOnly(0);
      assertClosed(socket);
    }
    eventually(() -> node.unreachable.size() == 1);
    assertThat(node.unreachable.get(0).reason()).isEqualTo("fell silent");
  }

  @Test
  void aServerOfAnotherKindIsNoContact() throws IOException {
    try (ServerSocket server = new ServerSocket(0)) {
      Endpoint there = new Endpoint("127.0.0.1", server.getLocalPort());
      node.contact(there, new Numbered(1));
      try (Socket socket = server.accept()) {
        socket
            .getOutputStream()
            .write("220 mail.example ESMTP\r\n".getBytes(java.nio.charset.StandardCharsets.UTF_8));
        eventually(() -> node.contactFailed.size() == 1);
      }
      assertThat(node.contactFailed.get(0).reason()).isEqualTo("not a Kringle node");
    }
  }

  @Test
  void aServerThatNeverAnswersIsNoContact() throws IOException {
    try (ServerSocket server = new ServerSocket(0)) {
      Endpoint there = new Endpoint("127.0.0.1", server.getLocalPort());
      node.contact(there, new Numbered(1));
      eventually(() -> node.contactFailed.size() == 1);
      assertThat(node.contactFailed.get(0).reason()).contains("no handshake within");
    }
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), node.endpoint().port());
    socket.setSoTimeout(10_000);
    return socket;
  }

  /** A connection that has shaken hands as the stranger. */
  private Socket introduced() throws IOException {
    Socket socket = connect();
    ByteBuf bytes = Unpooled.buffer();
    Handshake.write(
        bytes,
        new Hello(false, 1, 1, 0, STRANGER, 1, 1, 1, Optional.empty(), Optional.empty(), NOWHERE));
    send(socket, bytes);
    assertThat(readGreeting(socket)).isInstanceOf(Hello.class);
    return socket;
  }

  private static void send(Socket socket, ByteBuf bytes) throws IOException {
    bytes.readBytes(socket.getOutputStream(), bytes.readableBytes());
  }

  private static Greeting readGreeting(Socket socket) throws IOException {
    ByteBuf bytes = Unpooled.buffer();
    try {
      Optional<Greeting> greeting = Optional.empty();
      while (greeting.isEmpty()) {
        bytes.writeBytes(socket.getInputStream(), 1);
        greeting = Handshake.read(bytes);
      }
      return greeting.get();
    } catch (HandshakeException refused) {
      throw new AssertionError(refused);
    }
  }

  private static void assertClosed(Socket socket) {
    try {
      InputStream in = socket.getInputStream();
      while (in.read() >= 0) {
        // Whatever it says, it closes in the end: a read that times out throws.
      }
    } catch (java.net.SocketTimeoutException open) {
      throw new AssertionError("still open", open);
    } catch (IOException reset) {
      assertThat(reset).hasMessageContaining("reset");
    }
  }
}
