package io.kringle.node.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.kringle.node.process.Processes.Ended;
import io.kringle.testkit.JvmNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What keeps a node from starting is told in one line that names it; then the process is gone. */
class StartUpTest {
  private static final int FAILED = 1;
  private static final int USAGE = 2;

  @TempDir static Path directory;
  private static Processes processes;
  private static JvmNode running;
  private static Path impatient;

  @BeforeAll
  static void startOne() throws IOException {
    processes = new Processes(directory);
    running = processes.start("running");
    impatient =
        Files.writeString(directory.resolve("impatient.conf"), "kringle.start-timeout = 2s");
  }

  @AfterAll
  static void killAll() {
    processes.close();
  }

  private static Ended node(String... arguments) throws IOException, InterruptedException {
    List<String> all =
        new ArrayList<>(List.of("node", "--listen", "127.0.0.1:0", "--http", "127.0.0.1:0"));
    all.addAll(List.of(arguments));
    return processes.run(all.toArray(String[]::new));
  }

  private static String identity(String name, String text) throws IOException {
    Files.createDirectories(processes.data(name));
    Files.writeString(processes.data(name).resolve("identity.json"), text);
    return processes.data(name).toString();
  }

  private static void assertRefused(Ended ended, int exit, String... culprits) {
    assertThat(ended.out()).isEmpty();
    assertThat(ended.err().lines().filter(line -> !line.startsWith("Try: ")))
        .singleElement()
        .asString()
        .startsWith("kringle: ")
        .contains(culprits);
    assertThat(ended.exit()).isEqualTo(exit);
  }

  @Test
  void aDataDirectoryInUse() throws IOException, InterruptedException {
    String data = processes.data("running").toString();
    assertRefused(node("--data", data), FAILED, data, "in use");
  }

  @Test
  void aDataDirectoryThatIsAFile() throws IOException, InterruptedException {
    String file = Files.writeString(directory.resolve("file"), "x").toString();
    assertRefused(node("--data", file), FAILED, file, "not a directory");
  }

  @Test
  void anIdentityThatCannotBeRead() throws IOException, InterruptedException {
    assertRefused(
        node("--data", identity("garbage", "{\"format\":\n\u0000 nonsense")),
        FAILED,
        processes.data("garbage").resolve("identity.json").toString());
    assertRefused(
        node("--data", identity("empty", "")),
        FAILED,
        processes.data("empty").resolve("identity.json").toString());
  }

  @Test
  void dataOfAnotherRingThanTheSeeds() throws IOException, InterruptedException {
    String other;
    try (JvmNode elsewhere = processes.start("elsewhere")) {
      other = new Web(elsewhere).json("/v1/ring").path("ringId").asText();
    }
    String ring = new Web(running).json("/v1/ring").path("ringId").asText();
    assertThat(other).hasSize(40).isNotEqualTo(ring);

    Ended ended =
        node("--data", processes.data("elsewhere").toString(), "--seeds", running.listen());

    assertThat(ended.exit()).isEqualTo(FAILED);
    List<String> said = ended.err().lines().toList();
    assertThat(said.get(said.size() - 1))
        .startsWith("kringle: ")
        .contains(running.listen(), ring, other);
    assertThat(processes.log("running")).contains("other ring id").contains(ring, other);
  }

  @Test
  void aSeedThatIsNoNode() throws IOException, InterruptedException {
    assertRefused(
        node("--config", impatient.toString(), "--seeds", running.http()),
        FAILED,
        running.http(),
        "not a Kringle node");
    assertRefused(
        node("--config", impatient.toString(), "--seeds", "127.0.0.1:1"), FAILED, "127.0.0.1:1");
  }

  @Test
  void aPortInUse() throws IOException, InterruptedException {
    assertRefused(
        processes.run("node", "--listen", running.listen(), "--http", "127.0.0.1:0"),
        FAILED,
        running.listen());
    assertRefused(
        processes.run("node", "--listen", "127.0.0.1:0", "--http", running.http()),
        FAILED,
        running.http());
  }

  @Test
  void theIdOfALiveNode() throws IOException, InterruptedException {
    Ended ended = node("--id", running.id(), "--seeds", running.listen());

    assertThat(ended.exit()).isEqualTo(FAILED);
    List<String> said = ended.err().lines().toList();
    assertThat(said.get(said.size() - 1))
        .startsWith("kringle: ")
        .contains(running.id(), running.listen());
  }

  @Test
  void anIdThatIsNotTheStoredOne() throws IOException, InterruptedException {
    String stored = "0".repeat(40);
    String wanted = "f".repeat(40);
    String data = identity("stored", "{\"format\":1,\"id\":\"" + stored + "\",\"incarnation\":7}");
    assertRefused(node("--data", data, "--id", wanted), FAILED, stored, wanted, data);
  }

  @Test
  void settingsThatCannotBe() throws IOException, InterruptedException {
    assertRefused(node("--id", "xyz"), USAGE, "xyz");
    Path unknown = Files.writeString(directory.resolve("unknown.conf"), "kringle.replica = 3");
    assertRefused(
        node("--config", unknown.toString()), USAGE, "kringle.replica", unknown.toString());
  }

  @Test
  void aNodeOnItsOwnEndsInOrder() {
    try (JvmNode alone = processes.start("alone")) {
      assertThat(alone.stop()).isZero();
    }
    try (JvmNode again = processes.start("alone")) {
      Awaitility.await().until(() -> new Web(again).get("/healthz").statusCode() == 200);
    }
  }
}
