package io.kringle.node.process;

import io.kringle.node.cli.Pause;
import io.kringle.testkit.JvmNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;

/**
 * Kills nodes of a ring, pauses them, and starts the killed ones again, at random and at most two
 * at a time: one is a minority of each replica group, two may be a majority of some. For one
 * thread.
 */
final class ProcessFaults {
  private static final Duration TICK = Duration.ofMillis(20);
  private static final int MOST_AT_ONCE = 2;
  private static final int LONGEST_REST_MILLIS = 2_500;

  /** Longer than it takes the others to find a node dead. */
  private static final int LONGEST_PAUSE_MILLIS = 5_000;

  private static final int LONGEST_DOWN_MILLIS = 4_000;

  private final ProcessRing ring;
  private final List<String> names;
  private final SplittableRandom random;

  /** Until when. Whoever is here is not in {@code down} or {@code starting}. */
  private final Map<String, Long> paused = new LinkedHashMap<>();

  private final Map<String, Long> down = new LinkedHashMap<>();
  private final Map<String, CompletableFuture<JvmNode>> starting = new LinkedHashMap<>();
  private int kills;
  private int pauses;

  ProcessFaults(ProcessRing ring, List<String> names, long seed) {
    this.ring = ring;
    this.names = names;
    random = new SplittableRandom(seed);
  }

  /** How often a node was killed. */
  int kills() {
    return kills;
  }

  /** How often a node was paused. */
  int pauses() {
    return pauses;
  }

  /** Goes on for so long; then everybody is awake and has been started again. */
  void run(Duration length) throws InterruptedException {
    long end = in(length.toMillis());
    long next = System.nanoTime();
    while (System.nanoTime() < end) {
      mend(System.nanoTime());
      if (System.nanoTime() >= next && harmed() < MOST_AT_ONCE) {
        harm();
        next = in(random.nextInt(LONGEST_REST_MILLIS));
      }
      Pause.of(TICK);
    }
    mend(Long.MAX_VALUE);
    starting.forEach((name, node) -> ring.ready(name, node.join()));
    starting.clear();
  }

  private static long in(long millis) {
    return System.nanoTime() + Duration.ofMillis(millis).toNanos();
  }

  private int harmed() {
    return paused.size() + down.size() + starting.size();
  }

  private void harm() {
    List<String> well = new ArrayList<>(names);
    well.removeAll(paused.keySet());
    well.removeAll(down.keySet());
    well.removeAll(starting.keySet());
    String victim = well.get(random.nextInt(well.size()));
    if (pauses < kills || (pauses == kills && random.nextBoolean())) {
      ring.node(victim).pause();
      paused.put(victim, in(random.nextInt(LONGEST_PAUSE_MILLIS)));
      pauses++;
    } else {
      ring.node(victim).kill();
      down.put(victim, in(random.nextInt(LONGEST_DOWN_MILLIS)));
      kills++;
    }
  }

  /** Wakes and starts those whose time has come. */
  private void mend(long now) {
    for (String name : due(paused, now)) {
      ring.node(name).resume();
    }
    for (String name : due(down, now)) {
      starting.put(name, ring.startAsync(name));
    }
    List<String> ready = new ArrayList<>();
    starting.forEach(
        (name, node) -> {
          if (node.isDone()) {
            ring.ready(name, node.join());
            ready.add(name);
          }
        });
    ready.forEach(starting::remove);
  }

  private static List<String> due(Map<String, Long> until, long now) {
    List<String> due = until.keySet().stream().filter(name -> until.get(name) <= now).toList();
    due.forEach(until::remove);
    return due;
  }
}
