package io.kringle.node.sim;

import io.kringle.testkit.Simulation;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What was done to an explored ring, and when; as many lines as a person may want to read. */
final class ExploreStory {
  private static final int LONGEST = 10_000;

  private final Simulation simulation;
  private final List<String> lines = new ArrayList<>();

  ExploreStory(Simulation simulation) {
    this.simulation = simulation;
  }

  void tell(String what) {
    if (lines.size() < LONGEST) {
      lines.add(String.format(Locale.ROOT, "%10.3f s  %s", simulation.now() / 1e9, what));
    }
  }

  List<String> lines() {
    return List.copyOf(lines);
  }
}
