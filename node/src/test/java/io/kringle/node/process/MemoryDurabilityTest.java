package io.kringle.node.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.kringle.testkit.JvmNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * With durability memory a process takes its records along: the node that comes back is in the same
 * place, but is nobody whose votes and entries count.
 */
class MemoryDurabilityTest {
  private static final Duration PATIENCE = Duration.ofSeconds(40);

  @TempDir Path directory;
  private Processes processes;
  private String config = "";

  @BeforeEach
  void configure() throws IOException {
    processes = new Processes(directory);
    Path file = directory.resolve("memory.conf");
    config = Files.writeString(file, "kringle.durability = memory").toString();
  }

  @AfterEach
  void killAll() {
    processes.close();
  }

  private static int members(JvmNode node) {
    return new Web(node).json("/v1/locate/key").path("members").size();
  }

  @Test
  void aNodeThatComesBackFetchesItsRecordsFromTheOthers() {
    JvmNode a = processes.start("a", "--config", config);
    CompletableFuture<JvmNode> starting =
        processes.startAsync("b", "--config", config, "--seeds", a.listen());
    JvmNode c = processes.start("c", "--config", config, "--seeds", a.listen());
    JvmNode b = starting.join();
    Awaitility.await().atMost(PATIENCE).until(() -> members(a) == 3);
    assertThat(new Web(a).put("/v1/kv/key", "value").statusCode()).isEqualTo(201);

    c.kill();
    assertThat(processes.data("c").resolve("peers.json")).as("knows its way back").exists();
    JvmNode again = processes.start("c", "--config", config, "--listen", c.listen());

    assertThat(again.id()).isEqualTo(c.id());
    assertThat(processes.data("c").resolve("records")).doesNotExist();
    Awaitility.await().atMost(PATIENCE).until(() -> members(again) == 3);
    Awaitility.await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> assertThat(new Web(again).get("/v1/kv/key").body()).isEqualTo("value"));
    assertThat(b.isAlive()).isTrue();
  }

  /** Killed as soon as it is ready, it must not take itself for one that was alone. */
  @Test
  void aNewcomerKnowsItsWayBackFromTheFirstMoment() {
    JvmNode a = processes.start("a", "--config", config);
    JvmNode b = processes.start("b", "--config", config, "--seeds", a.listen());
    b.kill();
    String peers = read(processes.data("b").resolve("peers.json"));
    assertThat(peers).contains(a.id());
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException missing) {
      throw new UncheckedIOException(missing);
    }
  }

  @Test
  void aNodeThatWasAloneServesANewRing() {
    JvmNode alone = processes.start("a", "--config", config);
    new Web(alone).put("/v1/kv/key", "value");
    String ring = new Web(alone).json("/v1/ring").path("ringId").asText();
    alone.kill();

    JvmNode again = processes.start("a", "--config", config);

    assertThat(again.id()).isEqualTo(alone.id());
    assertThat(new Web(again).json("/v1/ring").path("ringId").asText()).isNotEqualTo(ring);
    assertThat(new Web(again).get("/v1/kv/key").statusCode()).isEqualTo(404);
    assertThat(new Web(again).put("/v1/kv/key", "anew").statusCode()).isEqualTo(201);
  }
}
