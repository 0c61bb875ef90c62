package io.kringle.node.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kringle.node.Kringle;
import io.kringle.node.KringleServices;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A service lives with its node, and what goes wrong in it is told with the seed. */
final class SimulatedServiceTest {
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Duration MINUTE = Duration.ofMinutes(1);

  /** Counts seconds. */
  private static final class Ticker {
    private final Kringle node;
    private int ticks;

    Ticker(Kringle node) {
      this.node = node;
      tick();
    }

    private void tick() {
      ticks++;
      if (ticks == 100) {
        throw new IllegalStateException("a hundred ticks");
      }
      node.clock().after(SECOND, this::tick);
    }
  }

  private static SimulatedRingBuilder<Ticker> tickers() {
    return SimulatedRing.builder().nodes(2).seed(23).service(Ticker::new);
  }

  @Test
  void theClockOfANodeIsVirtualAndStopsWithIt() {
    try (SimulatedRing<Ticker> ring = tickers().start()) {
      Ticker ticker = ring.service(0);
      Ticker other = ring.service(1);
      int before = ticker.ticks;
      long clock = ring.node(0).clock().nanos();
      ring.run(Duration.ofSeconds(30));
      assertThat(ticker.ticks).isEqualTo(before + 30);
      assertThat(ring.node(0).clock().nanos() - clock).isEqualTo(30_000_000_000L);

      int last = other.ticks;
      ring.crash(1);
      ring.run(SECOND.multipliedBy(10));
      assertThat(other.ticks).isEqualTo(last);
      ring.restart(1);
      ring.get(ring.joined(1), MINUTE);
      assertThat(ring.service(1)).isNotSameAs(other);
    }
  }

  @Test
  void whatATimerThrowsEndsTheTestAndNamesTheSeed() {
    SimulatedRing<Ticker> ring = tickers().start();

    assertThatThrownBy(() -> ring.run(MINUTE.multipliedBy(3)))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("seed 23")
        .hasMessageContaining("a hundred ticks")
        .hasRootCauseInstanceOf(IllegalStateException.class);
  }

  @Test
  void whatDoesNotComeTrueNamesTheSeed() {
    try (SimulatedRing<Ticker> ring = tickers().start()) {
      Duration before = ring.now();
      assertThatThrownBy(() -> ring.await(() -> false, SECOND))
          .isInstanceOf(AssertionError.class)
          .hasMessageContaining("seed 23");
      assertThatThrownBy(() -> ring.get(new CompletableFuture<>(), SECOND))
          .isInstanceOf(AssertionError.class)
          .hasMessageContaining("seed 23");
      assertThat(ring.now()).isEqualTo(before.plus(SECOND.multipliedBy(2)));
    }
  }

  @Test
  void aServiceThatCannotBeMadeIsTold() {
    SimulatedRingBuilder<Object> builder =
        SimulatedRing.builder()
            .nodes(1)
            .service(
                node -> {
                  throw new IllegalStateException("no flour");
                });

    assertThatThrownBy(builder::start)
        .hasMessageContaining("no flour")
        .hasMessageContaining("seed 1");
  }

  /** A counter in the memory of whoever owns its name: two sides of a cut have two of them. */
  @Test
  void aServiceThatKeepsItsStateInMemoryIsFoundOut() {
    List<Integer> drawn = new ArrayList<>();
    try (SimulatedRing<KringleServices> ring =
        SimulatedRing.builder().nodes(10).service(SimulatedServiceTest::forgetful).start()) {
      ring.cutInHalf();
      ring.run(MINUTE);
      for (int node = 0; node < ring.size(); node++) {
        byte[] number = ring.get(ring.service(node).ask("a", "next", new byte[0], SECOND), MINUTE);
        drawn.add(Integer.parseInt(new String(number, StandardCharsets.UTF_8)));
      }
    }
    assertThat(drawn).containsExactly(1, 2, 3, 4, 5, 1, 2, 3, 4, 5);
  }

  private static KringleServices forgetful(Kringle node) {
    AtomicInteger last = new AtomicInteger();
    node.services()
        .registerFunction(
            "next",
            request -> Integer.toString(last.incrementAndGet()).getBytes(StandardCharsets.UTF_8));
    return node.services();
  }

  @Test
  void theSeedsAreTriedUpToTheFirstThatFails() {
    List<Long> tried = new ArrayList<>();

    assertThatThrownBy(
            () ->
                tickers()
                    .forSeeds(
                        1,
                        9,
                        ring -> {
                          tried.add(ring.seed());
                          assertThat(ring.seed()).isLessThan(3);
                        }))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("with seed 3");
    assertThat(tried).containsExactly(1L, 2L, 3L);
  }
}
