package io.kringle.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kringle.pubsub.GroupOptions;
import io.kringle.store.engine.Durability;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real nodes in one process, through the API that applications use. */
class KringleTest {
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  @TempDir Path temporary;
  private final List<Kringle> nodes = new ArrayList<>();

  @AfterEach
  void closeAll() {
    nodes.forEach(Kringle::close);
  }

  private Kringle start(KringleBuilder builder) {
    Kringle node = builder.startAndWait();
    nodes.add(node);
    return node;
  }

  private List<Kringle> ringOfThree() {
    Kringle first = start(Kringle.builder());
    start(Kringle.builder().seeds(first.endpoint()));
    start(Kringle.builder().seeds(first.endpoint()));
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .until(
            () -> nodes.stream().allMatch(node -> join(node.nodes(PATIENCE)).nodes().size() == 3));
    return List.copyOf(nodes);
  }

  private static <T> T join(CompletionStage<T> stage) {
    return stage.toCompletableFuture().orTimeout(20, TimeUnit.SECONDS).join();
  }

  private static KringleException.Kind failureOf(CompletionStage<?> stage) {
    try {
      join(stage);
    } catch (CompletionException failed) {
      return ((KringleException) failed.getCause()).kind();
    }
    throw new AssertionError("it succeeded");
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void withFsyncWritesInFlightShareSyncs() {
    Kringle node = start(Kringle.builder().data(temporary).durability(Durability.FSYNC));
    join(node.store().put("first", "value"));
    long before = syncs(node);
    List<CompletionStage<WriteResult>> writes = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      writes.add(node.store().put("key " + i, "value"));
    }
    assertThat(writes).allMatch(write -> join(write).written());
    assertThat(syncs(node) - before).isBetween(1L, 500L);
  }

  private static long syncs(Kringle node) {
    return join(node.metrics())
        .lines()
        .filter(line -> line.startsWith("kringle_storage_syncs_total"))
        .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  @Test
  void whatOneNodeWritesAnotherReads() {
    List<Kringle> ring = ringOfThree();

    assertThat(join(ring.get(0).store().put("key", "value")))
        .isEqualTo(new WriteResult(true, 1, true, true));

    StoreEntry read = join(ring.get(2).store().get("key"));
    assertThat(read.text()).contains("value");
    assertThat(read.version()).isEqualTo(1);
    assertThat(join(ring.get(1).store().putIfAbsent("key", "other")).written()).isFalse();
    assertThat(join(ring.get(1).store().putIfVersion("key", "two", 1)).version()).isEqualTo(2);
    assertThat(join(ring.get(0).store().delete("key")).written()).isTrue();
    assertThat(join(ring.get(1).store().get("key")).isPresent()).isFalse();
  }

  @Test
  void updatesFromAllNodesAtOnceAreAllThere() {
    List<Kringle> ring = ringOfThree();
    List<CompletionStage<?>> updates = new ArrayList<>();
    for (int i = 0; i < 15; i++) {
      KringleObjects<Integer> numbers = ring.get(i % 3).store().of(Integer.class);
      updates.add(numbers.update("counter", count -> Optional.of(count.orElse(0) + 1)));
    }
    updates.forEach(KringleTest::join);

    assertThat(join(ring.get(0).store().of(Integer.class).get("counter"))).contains(15);
  }

  @Test
  void aTopicReachesEverySubscriberAndAnAnycastOne() throws InterruptedException {
    List<Kringle> ring = ringOfThree();
    BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    for (Kringle node : ring) {
      join(node.topics().subscribe("news", message -> heard.add(node.id() + message.text())));
    }
    join(
        ring.get(1)
            .topics()
            .subscribe(
                "work",
                new TopicHandler() {
                  @Override
                  public void received(TopicMessage message) {}

                  @Override
                  public CompletionStage<Optional<byte[]>> offered(TopicMessage message) {
                    return CompletableFuture.completedFuture(Optional.of(message.payload()));
                  }
                }));

    join(ring.get(0).topics().publish("news", "!"));

    for (int i = 0; i < 3; i++) {
      assertThat(heard.poll(10, TimeUnit.SECONDS)).isNotNull();
    }
    assertThat(join(ring.get(2).topics().anycast("work", utf8("job"), PATIENCE)))
        .asString()
        .isEqualTo("job");
    assertThat(failureOf(ring.get(2).topics().anycast("news", utf8("job"), PATIENCE)))
        .isEqualTo(KringleException.Kind.NO_TAKER);
  }

  @Test
  void aGroupSharesATopicAndWhatOneFailsAtGoesToAnother() throws InterruptedException {
    List<Kringle> ring = ringOfThree();
    BlockingQueue<String> handled = new LinkedBlockingQueue<>();
    TopicHandler broken =
        message -> {
          throw new IllegalStateException("out of order");
        };
    join(ring.get(0).topics().join("jobs", "crew", broken, GroupOptions.DEFAULT));
    for (Kringle node : ring) {
      TopicHandler handler = message -> handled.add(message.text());
      join(node.topics().join("jobs", "crew", handler, GroupOptions.DEFAULT));
    }
    Set<String> expected = new TreeSet<>();
    for (int i = 0; i < 20; i++) {
      join(ring.get(i % 3).topics().publish("jobs", "job " + i));
      expected.add("job " + i);
    }

    Set<String> told = new TreeSet<>();
    for (int i = 0; i < 20; i++) {
      told.add(handled.poll(20, TimeUnit.SECONDS));
    }
    assertThat(told).isEqualTo(expected);
  }

  @Test
  void aBroadcastComesToEveryNodeOnce() throws InterruptedException {
    List<Kringle> ring = ringOfThree();
    BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    for (Kringle node : ring) {
      node.broadcasts().listen(message -> heard.add(node.id() + message.text()));
      node.broadcasts()
          .listen(
              message -> {
                throw new IllegalStateException("out of order");
              });
    }
    ring.get(0).broadcasts().listen(message -> heard.add("closed")).close();

    assertThat(join(ring.get(1).broadcasts().broadcast(utf8("!"), PATIENCE)).nodes()).isEqualTo(3);
    assertThat(join(ring.get(2).broadcasts().flood(utf8("?"), 3))).isEqualTo(2);

    Set<String> told = new TreeSet<>();
    for (int i = 0; i < 6; i++) {
      told.add(heard.poll(10, TimeUnit.SECONDS));
    }
    Set<String> expected = new TreeSet<>();
    ring.forEach(node -> expected.addAll(List.of(node.id() + "!", node.id() + "?")));
    assertThat(told).isEqualTo(expected);
    assertThat(heard).isEmpty();
  }

  @Test
  void aServiceIsAskedById() {
    List<Kringle> ring = ringOfThree();
    Kringle asked = ring.get(2);
    asked.services().registerFunction("who", request -> utf8(asked.id()));
    asked
        .services()
        .register(
            "broken",
            request -> {
              throw new IllegalStateException("out of order");
            });

    KringleServices services = ring.get(0).services();
    assertThat(join(services.askId(asked.id(), "who", new byte[0], PATIENCE)))
        .asString()
        .isEqualTo(asked.id());
    assertThat(failureOf(services.askId(asked.id(), "none", new byte[0], PATIENCE)))
        .isEqualTo(KringleException.Kind.NO_SERVICE);
    assertThatThrownBy(() -> join(services.askId(asked.id(), "broken", new byte[0], PATIENCE)))
        .hasMessageContaining("out of order");
  }

  @Test
  void aBrokenNodeComesBackByItself() {
    Kringle node = start(Kringle.builder().data(temporary.resolve("a")));
    BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    join(node.topics().subscribe("t", message -> heard.add(message.text())));
    join(node.store().put("kept", "yes"));
    String endpoint = node.endpoint();

    node.breakDown();

    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> assertThat(join(node.store().get("kept")).text()).contains("yes"));
    assertThat(node.endpoint()).isEqualTo(endpoint);
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .until(
            () -> {
              join(node.topics().publish("t", "again"));
              return "again".equals(heard.poll(200, TimeUnit.MILLISECONDS));
            });
  }

  @Test
  void aNodeThatBreaksTooOftenEndsWithAnError() {
    Kringle node = start(Kringle.builder().set("restarts", 0));

    node.breakDown();

    assertThat(failureOf(node.ended())).isEqualTo(KringleException.Kind.CANNOT_START);
    assertThat(failureOf(node.store().get("key"))).isEqualTo(KringleException.Kind.CLOSED);
  }

  @Test
  void aRestartKeepsIdAndData() {
    KringleBuilder builder = Kringle.builder().data(temporary.resolve("b"));
    String id;
    try (Kringle node = builder.startAndWait()) {
      id = node.id();
      join(node.store().put("key", "value"));
    }

    Kringle again = start(builder);

    assertThat(again.id()).isEqualTo(id);
    assertThat(join(again.store().get("key")).text()).contains("value");
  }

  @Test
  void startUpErrorsAreOneClearLine() {
    Kringle first = start(Kringle.builder().data(temporary.resolve("c")));

    assertCannotStart(Kringle.builder().data(temporary.resolve("c")), "in use");
    assertCannotStart(Kringle.builder().listen(first.endpoint()), first.endpoint());
    assertCannotStart(Kringle.builder().http(first.endpoint()), first.endpoint());
    assertCannotStart(
        Kringle.builder().seeds("127.0.0.1:1").set("start-timeout", "1s"), "127.0.0.1:1");
  }

  private static void assertCannotStart(KringleBuilder builder, String culprit) {
    assertThatThrownBy(builder::startAndWait)
        .isInstanceOf(KringleException.class)
        .hasMessageContaining(culprit)
        .satisfies(thrown -> assertThat(thrown.getMessage()).doesNotContain("\n"));
  }

  @Test
  void aNodeThatMayStartsARingWhenNoSeedAnswers() {
    Kringle node =
        start(Kringle.builder().seeds("127.0.0.1:1").mayStartRing().set("start-timeout", "3s"));

    assertThat(join(node.store().put("key", "value")).written()).isTrue();
  }

  @Test
  void aRingOfOneIsGivenUpForThatOfASeedThatAppears() {
    int port = freePort();
    Kringle early =
        start(
            Kringle.builder()
                .data(temporary)
                .seeds("127.0.0.1:" + port)
                .mayStartRing()
                .set("start-timeout", "2s"));
    assertThat(join(early.describe()).ringId()).isPresent();

    Kringle seed = start(Kringle.builder().listen("127.0.0.1:" + port));

    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () ->
                assertThat(join(early.describe()).ringId())
                    .isEqualTo(join(seed.describe()).ringId()));
    assertThat(join(early.store().put("key", "value")).written()).isTrue();
    assertThat(join(seed.store().get("key")).text()).contains("value");
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    } catch (IOException none) {
      throw new UncheckedIOException(none);
    }
  }

  private static Runnable take(BlockingQueue<Runnable> tasks) {
    try {
      return tasks.take();
    } catch (InterruptedException stopped) {
      throw new IllegalStateException(stopped);
    }
  }

  @Test
  void callbacksRunWhereTheBuilderSays() {
    // A stage that is complete already runs its callbacks in the thread that adds them: the
    // executor begins its work when the callback is there.
    BlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();
    Kringle node = start(Kringle.builder().callbackExecutor(tasks::add));

    CompletionStage<String> thread =
        node.store().get("key").thenApply(read -> Thread.currentThread().getName());
    new Thread(() -> take(tasks).run(), "mine").start();

    assertThat(join(thread)).isEqualTo("mine");
  }

  @Test
  void callsBeyondTheBoundAreOverloaded() {
    Kringle node = start(Kringle.builder().set("max-calls", 1));
    CompletableFuture<byte[]> never = new CompletableFuture<>();
    node.services().register("slow", request -> never);

    CompletionStage<byte[]> slow =
        node.services().ask("k", "slow", new byte[0], Duration.ofSeconds(10));

    assertThat(failureOf(node.store().get("key"))).isEqualTo(KringleException.Kind.OVERLOADED);
    never.complete(new byte[0]);
    join(slow);
  }

  @Test
  void closingFailsWhatWaits() {
    Kringle node = start(Kringle.builder());
    node.services().register("never", request -> new CompletableFuture<>());
    CompletionStage<byte[]> asked =
        node.services().ask("k", "never", new byte[0], Duration.ofSeconds(60));

    node.close();

    assertThat(failureOf(asked)).isEqualTo(KringleException.Kind.CLOSED);
    assertThat(failureOf(node.store().get("key"))).isEqualTo(KringleException.Kind.CLOSED);
  }
}
