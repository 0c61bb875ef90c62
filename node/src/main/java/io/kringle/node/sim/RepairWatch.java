package io.kringle.node.sim;

import io.kringle.testkit.Simulation;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongConsumer;
import java.util.function.Supplier;

/**
 * Lets time pass and looks again and again whether nodes agree, which is too slow to be done after
 * every event: so a moment is known to a quarter of a second, and a disagreement that is shorter
 * may not be seen.
 */
final class RepairWatch {
  private static final Duration LOOK = Duration.ofMillis(250);

  /** How long nodes have to agree before that counts for good. */
  private static final Duration LASTING = Duration.ofSeconds(10);

  private final Simulation simulation;
  private final Supplier<Optional<String>> disagreement;
  private final LongConsumer progress;
  private final long begun;
  private Optional<Duration> agreedAfter = Optional.empty();
  private String lastDisagreement = "";

  /**
   * A watch that begins now.
   *
   * @param disagreement in words; empty if all agree
   * @param progress is told how many virtual seconds have passed
   */
  RepairWatch(
      Simulation simulation, Supplier<Optional<String>> disagreement, LongConsumer progress) {
    this.simulation = simulation;
    this.disagreement = disagreement;
    this.progress = progress;
    this.begun = simulation.now();
  }

  /** Watches until the nodes agree for good, but at least, and at most, for so long. */
  void watch(Duration least, Duration most) {
    look();
    while (passed().compareTo(most) < 0 && (passed().compareTo(least) < 0 || !isSettled())) {
      simulation.run(LOOK);
      look();
      progress.accept(passed().toSeconds());
    }
  }

  private void look() {
    Optional<String> now = disagreement.get();
    if (now.isPresent()) {
      agreedAfter = Optional.empty();
      lastDisagreement = now.get();
    } else if (agreedAfter.isEmpty()) {
      agreedAfter = Optional.of(passed());
    }
  }

  private Duration passed() {
    return Duration.ofNanos(simulation.now() - begun);
  }

  private boolean isSettled() {
    return agreedAfter.filter(since -> passed().minus(since).compareTo(LASTING) >= 0).isPresent();
  }

  /** From when on all have agreed; empty if they do not. */
  Optional<Duration> agreedAfter() {
    return agreedAfter;
  }

  /** What was wrong when last they did not agree. */
  String lastDisagreement() {
    return lastDisagreement;
  }
}
