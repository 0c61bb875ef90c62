package io.kringle.node.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.kringle.node.cli.Main;
import io.kringle.ring.Endpoint;
import io.kringle.testkit.JvmNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Event streams whose reader, or whose node, is not there all the time. */
class EventStreamOfProcessTest {
  private static final Duration PATIENCE = Duration.ofSeconds(40);

  /** More than a node's heap has room for. */
  private static final int LARGE_MESSAGES = 400;

  private static final int LARGE = 800 * 1024;

  @TempDir Path directory;
  private Processes processes;
  private JvmNode node;

  @BeforeEach
  void startOne() {
    processes = new Processes(directory);
    node = processes.start("a");
  }

  @AfterEach
  void killAll() {
    processes.close();
  }

  @Test
  void aReaderThatDoesNotReadCostsLittleAndIsToldWhatIsKeptNoMore() throws IOException {
    Endpoint at = Endpoint.parse(node.http());
    byte[] large = new byte[LARGE];
    Arrays.fill(large, (byte) 'x');
    try (Socket slow = new Socket(at.host(), at.port())) {
      slow.setSoTimeout(20_000);
      slow.getOutputStream()
          .write("GET /v1/topics/t HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.UTF_8));
      BufferedReader events =
          new BufferedReader(
              new InputStreamReader(slow.getInputStream(), StandardCharsets.UTF_8), 1 << 16);
      assertThat(events.readLine()).startsWith("HTTP/1.1 200");
      Web web = new Web(node);
      for (int i = 0; i < LARGE_MESSAGES; i++) {
        assertThat(
                Web.send(web.at("/v1/topics/t").POST(BodyPublishers.ofByteArray(large)))
                    .statusCode())
            .isEqualTo(202);
      }

      int heard = 0;
      long missed = 0;
      while (heard + missed < LARGE_MESSAGES) {
        String line = events.readLine();
        heard += line.equals("event: message") ? 1 : 0;
        if (line.contains("\"missed\":")) {
          missed += Long.parseLong(line.replaceAll(".*\"missed\":(\\d+).*", "$1"));
        }
      }
      assertThat(heard + missed).isEqualTo(LARGE_MESSAGES);
      assertThat(heard).as("what is kept, which is 64 MiB, and a little more").isBetween(60, 130);
    }
    assertThat(node.isAlive()).isTrue();
  }

  @Test
  void theSubscribeCommandSurvivesARestartOfItsNode() throws IOException, InterruptedException {
    Process subscriber =
        JvmNode.launch(
            directory.resolve("subscriber.err"),
            Main.class.getName(),
            List.of("subscribe", "t", "--node", "http://" + node.http()));
    try {
      BlockingQueue<String> heard = new LinkedBlockingQueue<>();
      Thread reader =
          new Thread(
              () -> subscriber.inputReader(StandardCharsets.UTF_8).lines().forEach(heard::add),
              "subscriber");
      reader.setDaemon(true);
      reader.start();
      publishUntilHeard("before", heard);

      node.kill();
      node = processes.start("a", "--listen", node.listen(), "--http", node.http());

      Web web = new Web(node);
      List<String> meanwhile = List.of("one", "two", "three");
      meanwhile.forEach(text -> web.post("/v1/topics/t", text));
      for (String text : meanwhile) {
        String next = heard.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        while ("before".equals(next)) {
          next = heard.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }
        assertThat(next).isEqualTo(text);
      }
      assertThat(directory.resolve("subscriber.err"))
          .content()
          .contains("went away")
          .contains("going on after message");
    } finally {
      subscriber.destroyForcibly().waitFor();
    }
  }

  @Test
  void theSubscribeCommandAcknowledgesWhatItPrints() throws IOException, InterruptedException {
    Path roomForTwo =
        Files.writeString(directory.resolve("two.conf"), "kringle.http-gateway.event-buffer = 2");
    JvmNode narrow = processes.start("b", "--config", roomForTwo.toString());
    Web web = new Web(narrow);
    for (int i = 1; i <= 7; i++) {
      web.post("/v1/topics/t", "message " + i);
    }
    for (List<String> as : List.of(List.of("--durable", "d"), List.of("--group", "g"))) {
      List<String> command =
          new ArrayList<>(
              List.of("subscribe", "t", "--from", "oldest", "--node", "http://" + narrow.http()));
      command.addAll(as);
      Process subscriber =
          JvmNode.launch(directory.resolve("narrow.err"), Main.class.getName(), command);
      try (BufferedReader lines = subscriber.inputReader(StandardCharsets.UTF_8)) {
        for (int i = 1; i <= 7; i++) {
          assertThat(lines.readLine()).isEqualTo("message " + i);
        }
      } finally {
        subscriber.destroyForcibly().waitFor();
      }
    }
  }

  @Test
  void theWatchCommandPrintsChanges() throws IOException, InterruptedException {
    Process watcher =
        JvmNode.launch(
            directory.resolve("watcher.err"),
            Main.class.getName(),
            List.of("watch", "--prefix", "k", "--node", "http://" + node.http()));
    try (BufferedReader lines = watcher.inputReader(StandardCharsets.UTF_8)) {
      Web web = new Web(node);
      Web.send(web.at("/v1/kv/k1").PUT(BodyPublishers.ofString("one")));
      assertThat(lines.readLine()).isEqualTo("1\tk1\tone");
      Web.send(web.at("/v1/kv/k1").DELETE());
      assertThat(lines.readLine()).isEqualTo("2\tk1\tdeleted");
    } finally {
      watcher.destroyForcibly().waitFor();
    }
  }

  private void publishUntilHeard(String text, BlockingQueue<String> heard) {
    Awaitility.await()
        .atMost(PATIENCE)
        .until(
            () -> {
              new Web(node).post("/v1/topics/t", text);
              return text.equals(heard.poll(500, TimeUnit.MILLISECONDS));
            });
  }
}
