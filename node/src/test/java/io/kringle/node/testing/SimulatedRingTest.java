package io.kringle.node.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.kringle.node.Health;
import io.kringle.node.KeyResult;
import io.kringle.node.Kringle;
import io.kringle.node.KringleClock;
import io.kringle.node.KringleException;
import io.kringle.node.KringleObjects;
import io.kringle.node.StoreEntry;
import io.kringle.node.WriteResult;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** Time passes, faults happen as they are named, and the seed decides. */
final class SimulatedRingTest {
  private static final Duration SOON = Duration.ofSeconds(10);
  private static final Duration LATER = Duration.ofMinutes(2);

  private static SimulatedRing<Kringle> ring(int nodes) {
    return SimulatedRing.builder().nodes(nodes).seed(11).start();
  }

  private static WriteResult put(SimulatedRing<Kringle> ring, int node, String key, String value) {
    return ring.get(ring.node(node).store().put(key, value), SOON);
  }

  private static Optional<String> get(SimulatedRing<Kringle> ring, int node, String key) {
    CompletionStage<StoreEntry> read = ring.node(node).store().get(key);
    return ring.get(read, SOON).text();
  }

  @Test
  void theSameSeedIsTheSameRun() {
    assertThat(traceOf(3)).isEqualTo(traceOf(3));
    assertThat(traceOf(3)).isNotEqualTo(traceOf(4));
  }

  private static long traceOf(long seed) {
    try (SimulatedRing<Kringle> ring = SimulatedRing.builder().nodes(7).seed(seed).start()) {
      ring.lose(0.02);
      ring.duplicate(0.02);
      ring.reorder(0.02);
      put(ring, 1, "key", "value");
      ring.crash(2);
      ring.run(SOON);
      ring.restart(2);
      ring.run(SOON);
      return ring.traceHash();
    }
  }

  @Test
  void manyKeysAreWrittenAndReadInOneCallEach() {
    try (SimulatedRing<Kringle> ring = ring(7)) {
      Map<String, byte[]> values = new LinkedHashMap<>();
      for (int i = 0; i < 300; i++) {
        values.put("key " + i, utf8("of " + i));
      }
      values.put("", utf8("nowhere"));
      List<KeyResult<WriteResult>> written = ring.get(ring.node(1).store().putAll(values), SOON);
      assertThat(written).extracting(KeyResult::key).containsExactlyElementsOf(values.keySet());
      assertThat(written.subList(0, 300)).allMatch(each -> each.get().created());
      assertThat(written.get(300).failure().map(KringleException::kind))
          .contains(KringleException.Kind.INVALID);
      assertThatThrownBy(() -> written.get(300).get()).isInstanceOf(KringleException.class);

      List<String> keys = List.of("key 7", "never", "key 299", "key 7");
      List<KeyResult<StoreEntry>> read = ring.get(ring.node(5).store().getAll(keys), SOON);
      assertThat(read).extracting(KeyResult::key).containsExactlyElementsOf(keys);
      assertThat(read)
          .extracting(each -> each.get().text().orElse("nothing"))
          .containsExactly("of 7", "nothing", "of 299", "of 7");
    }
  }

  @Test
  void anObjectIsThereForItsTime() {
    try (SimulatedRing<Kringle> ring = ring(3)) {
      KringleObjects<Integer> numbers = ring.node(1).store().of(Integer.class);
      ring.get(numbers.put("short", 1, Duration.ofSeconds(30)), SOON);
      ring.get(numbers.put("updated", 1, Duration.ofSeconds(30)), SOON);
      assertThat(ring.get(numbers.update("updated", n -> n.map(i -> i + 1)), SOON)).contains(2);
      assertThat(ring.get(numbers.get("short"), SOON)).contains(1);
      ring.run(Duration.ofSeconds(31));
      assertThat(ring.get(numbers.get("short"), SOON)).isEmpty();
      assertThat(ring.get(numbers.get("updated"), SOON)).as("an update makes it stay").contains(2);
    }
  }

  @Test
  void topicsAndServicesWorkAsOnRealNodes() {
    try (SimulatedRing<Kringle> ring = ring(7)) {
      List<String> heard = new ArrayList<>();
      for (int node = 0; node < ring.size(); node++) {
        Kringle each = ring.node(node);
        ring.get(each.topics().subscribe("news", message -> heard.add(message.text())), SOON);
        each.services().registerFunction("who", request -> utf8(each.id()));
      }
      ring.get(ring.node(2).topics().publish("news", "!"), SOON);
      ring.run(SOON);
      assertThat(heard).hasSize(7).containsOnly("!");

      String third = ring.node(3).id();
      byte[] answer = ring.get(ring.node(0).services().askId(third, "who", utf8(""), SOON), SOON);
      assertThat(answer).asString().isEqualTo(third);
      assertThat(ring.get(ring.node(5).nodes(SOON), SOON).nodes()).hasSize(7);
      assertThat(ring.get(ring.node(5).health(), SOON).problems()).isEmpty();
    }
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void theSmallerSideOfACutIsUnavailableUntilItHeals() {
    try (SimulatedRing<Kringle> ring =
        SimulatedRing.builder().nodes(5).seed(5).set("replicas", 5).start()) {
      ring.run(Duration.ofSeconds(30));
      put(ring, 0, "key", "before");

      ring.cutInHalf();
      ring.run(Duration.ofSeconds(30));
      KringleException refused =
          catchThrowableOfType(KringleException.class, () -> put(ring, 0, "key", "smaller side"));
      put(ring, 4, "key", "larger side");

      assertThat(refused.kind()).isEqualTo(KringleException.Kind.UNAVAILABLE);
      assertThat(refused).hasMessageContaining("seed 5");
      assertThat(ring.isWhole()).isFalse();

      ring.heal();
      ring.await(ring::isWhole, LATER);
      assertThat(get(ring, 0, "key")).contains("larger side");
    }
  }

  @Test
  void aCrashedNodeIsSilentAndComesBackWithItsRecords() {
    try (SimulatedRing<Kringle> ring = ring(3)) {
      put(ring, 0, "key", "value");
      CompletionStage<WriteResult> unheard = ring.node(1).store().put("other", "value");
      for (int node = 0; node < 3; node++) {
        ring.crash(node);
      }
      assertThat(ring.isUp(1)).isFalse();
      assertThatThrownBy(() -> ring.node(1)).hasMessageContaining("node 1 is down");
      ring.run(SOON);
      for (int node = 0; node < 3; node++) {
        ring.restart(node);
      }
      ring.await(ring::isWhole, LATER);

      assertThat(get(ring, 1, "key")).contains("value");
      assertThat(unheard.toCompletableFuture()).isNotDone();
    }
  }

  @Test
  void whatOneDiskHasLostTheOthersStillHave() {
    try (SimulatedRing<Kringle> ring = ring(4)) {
      put(ring, 0, "key", "value");
      ring.crashAndLoseDisk(2);
      ring.restart(2);
      ring.get(ring.joined(2), LATER);
      ring.run(Duration.ofMinutes(1));

      assertThat(get(ring, 2, "key")).contains("value");
    }
  }

  @Test
  void whatAllDisksHaveLostIsGone() {
    try (SimulatedRing<Kringle> ring = ring(3)) {
      put(ring, 0, "key", "value");
      for (int node = 0; node < 3; node++) {
        ring.crashAndLoseDisk(node);
      }
      for (int node = 0; node < 3; node++) {
        ring.restart(node);
        ring.get(ring.joined(node), LATER);
      }
      ring.await(ring::isWhole, LATER);

      assertThat(get(ring, 0, "key")).isEmpty();
    }
  }

  @Test
  void aNodeThatVanishesIsMissedAndReplacedByANewOne() {
    try (SimulatedRing<Kringle> ring = ring(5)) {
      ring.vanish(1);
      assertThat(ring.isWhole()).isFalse();
      ring.await(ring::isWhole, LATER);

      int sixth = ring.add();
      assertThat(sixth).isEqualTo(5);
      ring.get(ring.joined(sixth), LATER);
      ring.await(ring::isWhole, LATER);
      assertThat(ring.get(ring.node(sixth).nodes(SOON), SOON).nodes()).hasSize(5);
    }
  }

  @Test
  void aNodeThatStopsTakesLeaveAndIsClosed() {
    try (SimulatedRing<Kringle> ring = ring(4)) {
      Kringle leaver = ring.node(2);
      ring.get(ring.stop(2), Duration.ofSeconds(20));

      assertThat(ring.isUp(2)).isFalse();
      ring.await(ring::isWhole, Duration.ofSeconds(2));
      assertThatThrownBy(() -> ring.get(leaver.store().get("key"), SOON))
          .isInstanceOfSatisfying(
              KringleException.class,
              closed -> assertThat(closed.kind()).isEqualTo(KringleException.Kind.CLOSED));
    }
  }

  @Test
  void aWriteWaitsForSlowDisksAndFailsOnFullOnes() {
    try (SimulatedRing<Kringle> ring = ring(3)) {
      ring.run(Duration.ofSeconds(30));
      Duration quick = timeOf(ring, () -> put(ring, 0, "key", "quick"));
      for (int node = 0; node < 3; node++) {
        ring.slowDisk(node, Duration.ofSeconds(1));
      }
      Duration slow = timeOf(ring, () -> put(ring, 0, "key", "slow"));
      for (int node = 0; node < 3; node++) {
        ring.fullDisk(node, true);
      }

      assertThat(quick).isLessThan(Duration.ofMillis(500));
      assertThat(slow).isGreaterThan(Duration.ofSeconds(1));
      assertThatThrownBy(() -> put(ring, 0, "key", "full")).isInstanceOf(KringleException.class);
    }
  }

  private static Duration timeOf(SimulatedRing<Kringle> ring, Runnable task) {
    Duration begun = ring.now();
    task.run();
    return ring.now().minus(begun);
  }

  @Test
  void aPausedNodeHandlesWhatHasWaitedWhenItWakes() {
    try (SimulatedRing<Kringle> ring = ring(5)) {
      ring.pause(2, Duration.ofSeconds(2));
      CompletionStage<Health> answer = ring.node(2).health();
      ring.run(Duration.ofMillis(1_999));
      assertThat(answer.toCompletableFuture()).isNotDone();
      ring.run(Duration.ofMillis(1));
      assertThat(answer.toCompletableFuture()).isDone();
    }
  }

  @Test
  void aClockThatDriftsGainsOnTheOthers() {
    try (SimulatedRing<Kringle> ring = ring(2)) {
      KringleClock fast = ring.node(0).clock();
      long begun = fast.nanos();
      List<Duration> rung = new ArrayList<>();
      ring.drift(0, 0.1);
      Duration now = ring.now();
      fast.after(Duration.ofSeconds(11), () -> rung.add(ring.now().minus(now)));
      ring.run(Duration.ofSeconds(20));

      assertThat(fast.nanos() - begun).isEqualTo(Duration.ofSeconds(22).toNanos());
      assertThat(rung).singleElement().satisfies(at -> assertThat(at.toMillis()).isEqualTo(10_000));
      assertThatThrownBy(() -> ring.drift(0, 0.2)).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void theLogOfANodeTellsWhatItSentAndHeardOverItsLives() {
    try (SimulatedRing<Kringle> ring = ring(3)) {
      ring.crash(1);
      ring.restart(1);
      ring.get(ring.joined(1), LATER);
      List<String> early = ring.log(1);
      ring.run(Duration.ofHours(6));

      assertThat(early.get(0)).endsWith("** node1:7400  starts");
      assertThat(early)
          .anyMatch(line -> line.matches("\\d+\\.\\d{6} s  -> node0:7400  JoinRequest\\[.*"))
          .anyMatch(line -> line.matches(".* s  <- \\p{XDigit}{8}@node2:7400  Probe.*"))
          .anyMatch(line -> line.endsWith("** node1:7400  crashes"))
          .anyMatch(line -> line.endsWith("** node1:7400  starts again"));
      assertThat(ring.log(1)).hasSize(2_001);
      assertThat(ring.log(1).get(0)).matches("\\(\\d+ earlier events are forgotten\\)");
    }
  }

  @Test
  void nobodyWaitsInASimulation() {
    try (SimulatedRing<Kringle> ring = ring(1)) {
      assertThatThrownBy(() -> ring.node(0).close()).hasMessageContaining("nobody can wait");
    }
  }
}
