package io.kringle.node.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.kringle.node.Kringle;
import io.kringle.node.KringleStore;
import io.kringle.node.StoreChange;
import io.kringle.node.StoreWatch;
import io.kringle.store.NearCacheOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Watches and near caches through the API that applications use, in virtual time. */
final class SimulatedWatchTest {
  private static final Duration SOON = Duration.ofSeconds(10);

  private final Map<String, String> told = new TreeMap<>();
  private final List<StoreChange> changes = new ArrayList<>();

  private static SimulatedRing<Kringle> ring() {
    return SimulatedRing.builder().nodes(5).seed(7).start();
  }

  private static void put(SimulatedRing<Kringle> ring, int node, String key, String value) {
    ring.get(ring.node(node).store().put(key, value), SOON);
  }

  private void hear(StoreChange change) {
    changes.add(change);
    if (change instanceof StoreChange.Entry entry) {
      told.put(entry.key(), entry.value().map(String::new).orElse("none"));
    } else if (change instanceof StoreChange.Reset reset) {
      told.keySet().removeIf(reset::concerns);
    }
  }

  @Test
  void aWatchOfAllKeysTellsTheLastStateWhoeverDies() {
    try (SimulatedRing<Kringle> ring = ring()) {
      for (int i = 0; i < 10; i++) {
        put(ring, 1, "k" + i, "before");
      }
      ring.get(ring.node(0).store().watchPrefix("k", this::hear), SOON);
      ring.run(SOON);
      assertThat(told).hasSize(10);
      assertThat(changes).last().isEqualTo(new StoreChange.Current());
      ring.crash(2);
      for (int i = 0; i < 10; i++) {
        put(ring, 1, "k" + i, "after " + i);
      }
      ring.get(ring.node(1).store().delete("k3"), SOON);
      ring.run(SOON);
      for (int i = 0; i < 10; i++) {
        assertThat(told).containsEntry("k" + i, i == 3 ? "none" : "after " + i);
      }
    }
  }

  @Test
  void whoTakesItsTimeGetsTheLatest() {
    try (SimulatedRing<Kringle> ring = ring()) {
      List<CompletableFuture<Void>> takings = new ArrayList<>();
      ring.get(
          ring.node(0)
              .store()
              .watch(
                  "k",
                  false,
                  list -> {
                    list.forEach(this::hear);
                    takings.add(new CompletableFuture<>());
                    return takings.get(takings.size() - 1);
                  }),
          SOON);
      ring.run(SOON);
      for (int i = 0; i < 50; i++) {
        put(ring, 1, "k", "v" + i);
      }
      ring.run(SOON);
      assertThat(takings).hasSize(1);
      for (int i = 0; i < takings.size(); i++) {
        takings.get(i).complete(null);
        ring.run(SOON);
      }
      assertThat(told).containsEntry("k", "v49");
      assertThat(changes).hasSizeLessThan(10);
    }
  }

  @Test
  void nothingIsToldOnceItIsClosed() {
    try (SimulatedRing<Kringle> ring = ring()) {
      StoreWatch watch = ring.get(ring.node(0).store().watch("k", this::hear), SOON);
      ring.run(SOON);
      ring.get(watch.close(), SOON);
      ring.get(watch.close(), SOON);
      int before = changes.size();
      put(ring, 1, "k", "v");
      ring.run(SOON);
      assertThat(changes).hasSize(before);
    }
  }

  @Test
  void aNearCacheIsAsFreshAsItsWatch() {
    try (SimulatedRing<Kringle> ring = ring()) {
      KringleStore cached = ring.node(0).store().nearCache(NearCacheOptions.DEFAULT);
      ring.get(cached.get("k"), SOON);
      ring.run(SOON);
      put(ring, 1, "k", "one");
      assertThat(ring.get(cached.get("k"), SOON).text()).contains("one");
      put(ring, 1, "k", "two");
      ring.run(Duration.ofSeconds(1));
      assertThat(ring.get(cached.get("k"), SOON).text()).contains("two");
      Duration begun = ring.now();
      ring.get(cached.get("k"), SOON);
      assertThat(ring.now().minus(begun)).as("from memory").isLessThan(Duration.ofMillis(1));
    }
  }
}
