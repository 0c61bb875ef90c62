package io.kringle.node.sim;

import io.kringle.ring.Id;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Remembers what becomes of each lookup. Those that arrived are not kept, only their figures.
 *
 * <p>Invariant: {@code open} are those that were begun and have not arrived, in their order.
 */
final class LookupLog {
  /** How long a lookup may take. */
  static final Duration LONGEST = Duration.ofSeconds(30);

  /** How many that went astray are told by their numbers. */
  private static final int MOST_ASTRAY = 5;

  private final Map<Integer, Begun> open = new LinkedHashMap<>();
  private final List<Integer> hops = new ArrayList<>();
  private final List<Double> ratios = new ArrayList<>();
  private final List<Integer> astray = new ArrayList<>();
  private int begun;
  private int late;
  private int misdelivered;
  private double delays;
  private double directs;

  private record Begun(Id by, long at) {}

  void begin(int number, Id by, long now) {
    begun++;
    open.put(number, new Begun(by, now));
  }

  boolean hasOpen() {
    return !open.isEmpty();
  }

  /** It was delivered, for the first time or once more, at the node that owns its key. */
  void arrived(int number, Id at, int hopsMade, long now, Direct direct) {
    Begun lookup = open.remove(number);
    if (lookup == null) {
      return;
    }
    long delay = now - lookup.at;
    if (delay > LONGEST.toNanos()) {
      late++;
      wentAstray(number);
      return;
    }
    hops.add(hopsMade);
    if (!at.equals(lookup.by)) {
      long nearest = direct.nanos(lookup.by, at);
      delays += delay;
      directs += nearest;
      ratios.add((double) delay / nearest);
    }
  }

  /** It was delivered at a node that does not own its key. */
  void misdelivered(int number) {
    misdelivered++;
    wentAstray(number);
  }

  private void wentAstray(int number) {
    if (astray.size() < MOST_ASTRAY) {
      astray.add(number);
    }
  }

  /** How long the direct way between two nodes is. */
  interface Direct {
    long nanos(Id from, Id to);
  }

  LookupFigures figures(Predicate<Id> lives) {
    List<Integer> lost = new ArrayList<>();
    open.forEach(
        (number, lookup) -> {
          if (lives.test(lookup.by)) {
            lost.add(number);
          }
        });
    lost.forEach(this::wentAstray);
    return new LookupFigures(
        begun,
        lost.size() + late,
        misdelivered,
        open.size() - lost.size(),
        Distribution.of(hops),
        directs == 0 ? 0 : delays / directs,
        Distribution.of(ratios),
        astray.stream().distinct().toList());
  }
}
