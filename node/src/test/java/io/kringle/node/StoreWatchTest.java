package io.kringle.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.kringle.store.NearCacheOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Watches and near caches of a real node, one step of which throws. */
final class StoreWatchTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @TempDir Path directory;
  private Kringle node;

  @BeforeEach
  void start() {
    node = Kringle.builder().data(directory).startAndWait();
  }

  @AfterEach
  void close() {
    node.close();
  }

  private static <T> T join(CompletionStage<T> stage) {
    return stage.toCompletableFuture().orTimeout(20, TimeUnit.SECONDS).join();
  }

  private static String text(StoreChange change) {
    if (change instanceof StoreChange.Entry entry) {
      Optional<String> value = entry.value().map(String::new);
      return entry.key() + " " + entry.version() + " " + value.orElse("none");
    }
    return change instanceof StoreChange.Reset ? "reset" : "current";
  }

  private static void expect(BlockingQueue<String> heard, String... texts) {
    for (String text : texts) {
      Awaitility.await()
          .atMost(PATIENCE)
          .untilAsserted(() -> assertThat(heard.poll(200, TimeUnit.MILLISECONDS)).isEqualTo(text));
    }
  }

  @Test
  void aWatchBeginsAnewWhenTheNodeBreaksAndRevives() {
    BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    join(node.store().put("k", "one"));
    join(node.store().watch("k", change -> heard.add(text(change))));
    expect(heard, "k 1 one", "current");
    join(node.store().put("k", "two"));
    expect(heard, "k 2 two");

    node.breakDown();

    expect(heard, "reset", "k 2 two", "current");
    join(node.store().delete("k"));
    expect(heard, "k 3 none");
  }

  @Test
  void aListenerThatThrowsHearsTheNextChange() {
    BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    join(
        node.store()
            .watchPrefix(
                "k",
                change -> {
                  heard.add(text(change));
                  throw new IllegalStateException("a mistake of the application's");
                }));
    expect(heard, "current");
    join(node.store().put("k1", "one"));
    expect(heard, "k1 1 one");
    join(node.store().put("k1", "two"));
    expect(heard, "k1 2 two");
  }

  @Test
  void aNearCacheServesBeforeAndAfterTheNodeHasRevived() {
    KringleStore cached = node.store().nearCache(NearCacheOptions.DEFAULT);
    assertServes(cached, "one");
    node.breakDown();
    Awaitility.await()
        .atMost(PATIENCE)
        .ignoreExceptions()
        .untilAsserted(() -> assertThat(join(cached.get("k")).text()).contains("one!"));
    assertServes(cached, "two");
  }

  private void assertServes(KringleStore cached, String value) {
    join(cached.put("k", value));
    assertThat(join(cached.get("k")).text()).contains(value);
    join(node.store().put("k", value + "!"));
    Awaitility.await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(join(cached.get("k")).text()).contains(value + "!"));
    join(cached.of(String.class).put("json", value));
    assertThat(join(cached.of(String.class).get("json"))).contains(value);
  }
}
