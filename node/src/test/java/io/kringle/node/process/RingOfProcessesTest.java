package io.kringle.node.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.kringle.testkit.JvmNode;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
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
  private static final int WRITERS = 8;
  private static final Duration SETTLING = Duration.ofSeconds(40);

  /** How long a key may be without an answer after its daddy was killed. */
  private static final Duration TAKEOVER = Duration.ofSeconds(5);

  @TempDir static Path directory;
  private static Processes processes;
  private static final Map<String, JvmNode> nodes = new LinkedHashMap<>();

  /** What each key was acknowledged to hold: its version, a space, its value. */
  private static final Map<String, String> acknowledged = new ConcurrentHashMap<>();

  @BeforeAll
  static void aRingWithRecords() {
    processes = new Processes(directory);
    nodes.put("a", processes.start("a"));
    startAll(List.of("b", "c"), "--seeds", nodes.get("a").listen());
    awaitRing();
    List<CompletableFuture<Void>> puts = new ArrayList<>();
    for (int i = 0; i < KEYS; i++) {
      String key = "/v1/kv/key-" + i;
      String value = "value " + i;
      puts.add(
          web(NAMES.get(i % 3))
              .putAsync(key, value)
              .thenAccept(response -> acknowledge(key, value, response)));
    }
    puts.forEach(CompletableFuture::join);
    assertThat(acknowledged).hasSize(KEYS);
  }

  @AfterAll
  static void killAll() {
    processes.close();
  }

  private static Web web(String name) {
    return new Web(nodes.get(name));
  }

  private static void acknowledge(String key, String value, HttpResponse<String> response) {
    if (response.statusCode() / 100 == 2) {
      acknowledged.put(key, Web.tag(response) + " " + value);
    }
  }

  /** Starts several at the same time, where they listened before if they did. */
  private static void startAll(List<String> names, String... more) {
    Map<String, CompletableFuture<JvmNode>> starting = new LinkedHashMap<>();
    for (String name : names) {
      List<String> arguments = new ArrayList<>(List.of(more));
      JvmNode before = nodes.get(name);
      if (before != null) {
        arguments.addAll(List.of("--listen", before.listen()));
      }
      starting.put(name, processes.startAsync(name, arguments.toArray(String[]::new)));
    }
    starting.forEach((name, node) -> nodes.put(name, node.join()));
  }

  private static List<String> live() {
    return nodes.keySet().stream().filter(name -> nodes.get(name).isAlive()).toList();
  }

  /** Waits until each live node sees exactly the live ones, and every arc has all its replicas. */
  private static void awaitRing() {
    Awaitility.await()
        .atMost(SETTLING)
        .pollInterval(Duration.ofMillis(200))
        .until(() -> live().stream().allMatch(name -> isWhole(web(name))));
  }

  private static boolean isWhole(Web node) {
    JsonNode self = node.json("/v1/ring");
    boolean leads = false;
    for (JsonNode arc : self.path("arcs")) {
      if (arc.path("members").size() != live().size() || !arc.path("learners").isEmpty()) {
        return false;
      }
      leads |= arc.path("daddy").asText().equals(self.path("id").asText());
    }
    return leads && node.json("/v1/ring/nodes").path("nodes").size() == live().size();
  }

  /** Reads every record, each through another node than the last; none may fail. */
  private static void assertEverythingIsThere() {
    List<String> through = live();
    Map<String, CompletableFuture<String>> reads = new LinkedHashMap<>();
    for (String key : acknowledged.keySet()) {
      Web node = web(through.get(reads.size() % through.size()));
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
  void whatWasAcknowledgedSurvivesTheDeathOfAllWhileTheyAreWriting() {
    List<String> ids = nodes.values().stream().map(JvmNode::id).toList();
    AtomicInteger numbers = new AtomicInteger();
    List<CompletableFuture<?>> writers = new ArrayList<>();
    for (int i = 0; i < WRITERS; i++) {
      writers.add(writeUntilItFails(web(NAMES.get(i % 3)), numbers).exceptionally(dead -> null));
    }
    Awaitility.await().atMost(SETTLING).until(() -> acknowledged.size() > KEYS + 100);

    Processes.killAtOnce(List.copyOf(nodes.values()));
    CompletableFuture.allOf(writers.toArray(CompletableFuture[]::new)).join();
    startAll(NAMES, "--seeds", "127.0.0.1:1,127.0.0.1:2");

    awaitRing();
    assertThat(nodes.values().stream().map(JvmNode::id)).containsExactlyElementsOf(ids);
    assertEverythingIsThere();
    for (int i = 0; i < numbers.get(); i++) {
      String key = "/v1/kv/busy-" + i;
      if (!acknowledged.containsKey(key)) {
        HttpResponse<String> read = web("a").get(key);
        assertThat(Web.tag(read) + read.statusCode()).isIn("\"1\"200", "404");
      }
    }
  }

  private static CompletableFuture<Void> writeUntilItFails(Web node, AtomicInteger numbers) {
    int number = numbers.getAndIncrement();
    String key = "/v1/kv/busy-" + number;
    String value = "busy " + number;
    return node.putAsync(key, value)
        .thenCompose(
            response -> {
              acknowledge(key, value, response);
              return writeUntilItFails(node, numbers);
            });
  }

  @Test
  @Order(2)
  void theRingFindsItselfAgainWithoutAnySeed() {
    Processes.killAtOnce(List.copyOf(nodes.values()));
    startAll(NAMES);

    awaitRing();
    assertEverythingIsThere();
  }

  @Test
  @Order(3)
  void whenADaddyIsKilledAnotherAnswersAndItComesBackToItsRecords() {
    String key = "/v1/kv/key-7";
    String daddy = web("a").json("/v1/locate/key-7").path("daddy").path("id").asText();
    String killed =
        NAMES.stream().filter(name -> nodes.get(name).id().equals(daddy)).findFirst().orElseThrow();

    nodes.get(killed).kill();

    String other = live().get(0);
    Awaitility.await()
        .atMost(TAKEOVER)
        .pollInterval(Duration.ofMillis(50))
        .until(() -> web(other).get(key).statusCode() == 200);
    assertThat(web(other).json("/v1/locate/key-7").path("daddy").path("id").asText())
        .isNotEqualTo(daddy);
    acknowledge(key, "written meanwhile", web(other).put(key, "written meanwhile"));
    assertThat(acknowledged.get(key)).isEqualTo("\"2\" written meanwhile");

    startAll(List.of(killed));
    assertThat(nodes.get(killed).id()).isEqualTo(daddy);
    awaitRing();
    assertThat(web(killed).json("/v1/locate/key-7").path("daddy").path("id").asText())
        .isEqualTo(daddy);
    assertEverythingIsThere();
  }

  @Test
  @Order(4)
  void whenANodeLeavesInOrderTheOthersServeEverythingAtOnce() {
    awaitRing();
    assertLeavesInOrder("a");
    assertEverythingIsThere();
    assertThat(web("b").put("/v1/kv/after-a", "x").statusCode()).isEqualTo(201);

    awaitRing();
    assertLeavesInOrder("b");
    assertEverythingIsThere();
    assertThat(web("c").put("/v1/kv/after-b", "x").statusCode()).isEqualTo(201);
  }

  private static void assertLeavesInOrder(String name) {
    long begin = System.nanoTime();
    assertThat(nodes.get(name).stop()).isZero();
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(10));
  }
}
