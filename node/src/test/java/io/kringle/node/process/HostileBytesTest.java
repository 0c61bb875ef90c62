package io.kringle.node.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.kringle.ring.Endpoint;
import io.kringle.testkit.JvmNode;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Strangers at the peer port keep nobody from reading and writing. */
class HostileBytesTest {
  private static final long SEED = 20_111;
  private static final int SLOW = 300;
  private static final byte[] MAGIC = {'K', 'R', 'N', 'G'};

  @TempDir static Path directory;
  private static Processes processes;
  private static JvmNode first;
  private static JvmNode second;

  @BeforeAll
  static void aRingOfTwo() {
    processes = new Processes(directory);
    first = processes.start("first");
    second = processes.start("second", "--seeds", first.listen());
  }

  @AfterAll
  static void killAll() {
    processes.close();
  }

  private static Socket connect() throws IOException {
    Endpoint at = Endpoint.parse(first.listen());
    return new Socket(at.host(), at.port());
  }

  /** Sends, and waits for what a stranger gets in return: an end. */
  private static void attack(byte[] bytes) throws IOException {
    try (Socket socket = connect()) {
      socket.setSoTimeout(20_000);
      OutputStream out = socket.getOutputStream();
      out.write(bytes);
      socket.shutdownOutput();
      socket.getInputStream().readAllBytes();
    } catch (java.net.SocketException closedEarlier) {
      // As good an end as any.
      assertThat(closedEarlier).hasMessageMatching("(?i).*(reset|broken pipe|abort).*");
    }
  }

  @Test
  void readersAndWritersDoNotNotice() throws IOException {
    Awaitility.await().until(() -> new Web(first).json("/v1/ring/nodes").path("nodes").size() == 2);
    AtomicBoolean over = new AtomicBoolean();
    AtomicInteger done = new AtomicInteger();
    List<CompletableFuture<?>> clients =
        List.of(client(new Web(first), over, done, 1), client(new Web(second), over, done, 1));
    List<Socket> slow = new ArrayList<>();
    try {
      for (int i = 0; i < SLOW; i++) {
        Socket socket = connect();
        slow.add(socket);
        socket.getOutputStream().write(MAGIC, 0, i % 4);
      }
      SplittableRandom random = new SplittableRandom(SEED);
      for (int i = 0; i < 50; i++) {
        byte[] noise = new byte[1 + random.nextInt(5_000)];
        random.nextBytes(noise);
        attack(noise);
        // The magic, a kind and a length; the rest is noise, short, or missing.
        attack(greeting(1 + i % 4, random.nextInt(1, 900), noise, i % 7 * 20));
      }
      attack(greeting(1, 0xffff, new byte[0], 0));
      attack(ByteBuffer.allocate(8).put(MAGIC).putInt(Integer.MAX_VALUE).array());
      int before = done.get();
      Awaitility.await().until(() -> done.get() > before + 50);
    } finally {
      over.set(true);
      for (Socket socket : slow) {
        socket.close();
      }
    }
    CompletableFuture.allOf(clients.toArray(CompletableFuture[]::new)).join();
    assertThat(done.get()).isGreaterThan(50);
    assertThat(first.isAlive()).isTrue();
    assertThat(processes.log("first")).doesNotContain("ERROR").doesNotContain("\tat ");
  }

  private static byte[] greeting(int kind, int length, byte[] noise, int bytes) {
    int rest = Math.min(bytes, noise.length);
    return ByteBuffer.allocate(MAGIC.length + 3 + rest)
        .put(MAGIC)
        .put((byte) kind)
        .putShort((short) length)
        .put(noise, 0, rest)
        .array();
  }

  /** Writes and reads back, one after the other; the first that fails ends it. */
  private static CompletableFuture<Void> client(
      Web node, AtomicBoolean over, AtomicInteger done, int version) {
    String key = "/v1/kv/calm-" + node.base().hashCode();
    return node.putAsync(key, "v" + version)
        .thenCompose(
            put -> {
              assertThat(put.statusCode()).isBetween(200, 201);
              return Web.sendAsync(node.at(key).GET());
            })
        .thenCompose(
            (HttpResponse<String> read) -> {
              assertThat(read.body()).isEqualTo("v" + version);
              done.incrementAndGet();
              return over.get()
                  ? CompletableFuture.completedFuture(null)
                  : client(node, over, done, version + 1);
            });
  }
}
