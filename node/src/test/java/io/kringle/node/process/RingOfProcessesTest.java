package io.kringle.node.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * The life of one ring of three processes, chapter by chapter: starting them takes longest, so each
 * test goes on from where the one before has left them.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class RingOfProcessesTest {
  private static final List<String> NAMES = List.of("a", "b", "c");
  private static final int KEYS = 300;
  private static final int WRITES_OF_A_MINORITY = 30;
  private static final int TORN_BYTES = 7;
  private static final Duration SETTLING = Duration.ofSeconds(40);

  /** How long a key may be without an answer after its daddy was killed. */
  private static final Duration TAKEOVER = Duration.ofSeconds(5);

  @TempDir static Path directory;
  private static ProcessRing ring;

  /** What each key was acknowledged to hold: its version, a space, its value. */
  private static final Map<String, String> acknowledged = new ConcurrentHashMap<>();

  @BeforeAll
  static void aRingWithRecords() {
    ring = new ProcessRing(directory);
    ring.found(NAMES);
    List<CompletableFuture<Void>> puts = new ArrayList<>();
    for (int i = 0; i < KEYS; i++) {
      String key = "/v1/kv/key-" + i;
      String value = "value " + i;
      puts.add(
          ring.web(NAMES.get(i % 3))
              .putAsync(key, value)
              .thenAccept(response -> acknowledge(key, value, response)));
    }
    puts.forEach(CompletableFuture::join);
    assertThat(acknowledged).hasSize(KEYS);
  }

  @AfterAll
  static void killAll() {
    ring.close();
  }

  private static void acknowledge(String key, String value, HttpResponse<String> response) {
    if (response.statusCode() / 100 == 2) {
      acknowledged.put(key, Web.tag(response) + " " + value);
    }
  }

  /** Reads every record, each through another node than the last; none may fail. */
  private static void assertEverythingIsThere() {
    List<String> through = ring.live();
    Map<String, CompletableFuture<String>> reads = new LinkedHashMap<>();
    for (String key : acknowledged.keySet()) {
      Web node = ring.web(through.get(reads.size() % through.size()));
      reads.put(
          key,
          Web.sendAsync(node.at(key).GET())
              .thenApply(response -> Web.tag(response) + " " + response.body()));
    }
    Map<String, String> found = new LinkedHashMap<>();
    reads.forEach((key, read) -> found.put(key, read.join()));
    assertThat(found).containsExactlyInAnyOrderEntriesOf(acknowledged);
  }

  @Test
  @Order(1)
  void theRingFindsItselfAgainWithoutAnySeed() {
    ring.killAll();
    ring.startAll(NAMES);

    ring.awaitWhole();
    assertEverythingIsThere();
  }

  @Test
  @Order(2)
  void whenADaddyIsKilledAnotherAnswersAndItComesBackToItsRecords() {
    String key = "/v1/kv/key-7";
    String killed = ring.daddy("key-7", "a");
    String daddy = ring.node(killed).id();

    ring.node(killed).kill();

    String other = ring.live().get(0);
    Awaitility.await()
        .atMost(TAKEOVER)
        .pollInterval(Duration.ofMillis(50))
        .until(() -> ring.web(other).get(key).statusCode() == 200);
    assertThat(ring.daddy("key-7", other)).isNotEqualTo(killed);
    acknowledge(key, "written meanwhile", ring.web(other).put(key, "written meanwhile"));
    assertThat(acknowledged.get(key)).isEqualTo("\"2\" written meanwhile");

    ring.startAll(List.of(killed));
    assertThat(ring.node(killed).id()).isEqualTo(daddy);
    ring.awaitWhole();
    assertThat(ring.daddy("key-7", killed)).isEqualTo(killed);
    assertEverythingIsThere();
  }

  @Test
  @Order(3)
  void aNodeWhoseLogWasTornRemembersTheRestAndFetchesWhatItLost() throws IOException {
    ring.node("c").kill();
    tear(writeAheadLog(ring.data("c").resolve("records")));
    ring.startAll(List.of("c"));
    ring.awaitWhole();

    assertEverythingIsThere();
  }

  private static Path writeAheadLog(Path records) throws IOException {
    try (Stream<Path> files = Files.list(records)) {
      return files
          .filter(file -> file.toString().endsWith(".log"))
          .max(Comparator.comparing(Path::toString))
          .orElseThrow();
    }
  }

  /** The last write came to the disk in part, and something else after it. */
  private static void tear(Path log) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "rw")) {
      assertThat(file.length()).isGreaterThan(2 * TORN_BYTES);
      file.setLength(file.length() - TORN_BYTES);
      file.seek(file.length());
      file.write(new byte[] {0, -1, 1, 0, 77});
    }
  }

  @Test
  @Order(4)
  void aNodeWithoutItsDataIsAStrangerThatDoesNotVoteAsBefore() throws IOException {
    String lost = ring.node("c").id();
    Processes.killAtOnce(List.of(ring.node("b"), ring.node("c")));
    deleteTree(ring.data("c"));
    ring.startAll(List.of("c"), "--id", lost, "--seeds", ring.node("a").listen());

    // Were c still the member that it was, it would be a majority together with a.
    List<CompletableFuture<HttpResponse<String>>> writes =
        IntStream.range(0, WRITES_OF_A_MINORITY)
            .mapToObj(i -> ring.web("a").putAsync("/v1/kv/minority-" + i, "value"))
            .toList();
    assertThat(writes).allMatch(write -> write.join().statusCode() == 503);
    assertThat(ring.web("c").get("/v1/kv/key-1").statusCode()).isEqualTo(503);

    ring.startAll(List.of("b"));
    ring.awaitWhole();
    ring.node("a").kill();
    Awaitility.await()
        .atMost(SETTLING)
        .until(
            () ->
                acknowledged.keySet().stream()
                    .allMatch(key -> ring.web("c").get(key).statusCode() == 200));
    assertEverythingIsThere();
    ring.startAll(List.of("a"));
    ring.awaitWhole();
  }

  private static void deleteTree(Path top) throws IOException {
    try (Stream<Path> paths = Files.walk(top)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  @Test
  @Order(5)
  void whenANodeLeavesInOrderTheOthersServeEverythingAtOnce() {
    ring.awaitWhole();
    assertLeavesInOrder("a");
    assertEverythingIsThere();
    assertThat(ring.web("b").put("/v1/kv/after-a", "x").statusCode()).isEqualTo(201);

    ring.awaitWhole();
    assertLeavesInOrder("b");
    assertEverythingIsThere();
    assertThat(ring.web("c").put("/v1/kv/after-b", "x").statusCode()).isEqualTo(201);
  }

  private static void assertLeavesInOrder(String name) {
    long begin = System.nanoTime();
    assertThat(ring.node(name).stop()).isZero();
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(10));
  }
}
