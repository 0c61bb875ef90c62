package io.kringle.node.sim;

import io.kringle.node.sim.StoreHistory.Question;
import io.kringle.testkit.history.Operation.Always;
import io.kringle.testkit.history.Operation.IfAbsent;
import io.kringle.testkit.history.Operation.IfVersion;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Asks one thing after the other, until it is told to stop: half of the time of the node where it
 * is at home, so that this is asked again as soon as it is back; else of whichever is well.
 */
final class StoreClient {
  private static final Duration SHORTEST_REST = Duration.ofMillis(1);
  private static final Duration SHORTEST_LIFE = Duration.ofMillis(30);

  /** After so long, and a little more, no value of a limited time to live is left. */
  static final Duration LONGEST_LIFE = Duration.ofSeconds(10);

  private final ExploreStage stage;
  private final ExploreRing<StackNode> ring;
  private final List<String> keys;
  private final Duration longestRest;
  private final StoreCalls calls;
  private final StoreWalk walk;
  private Optional<ExploreProcess<StackNode>> home = Optional.empty();
  private Optional<Question> asked = Optional.empty();
  private boolean stopped;

  StoreClient(
      int number,
      ExploreStage stage,
      ExploreRing<StackNode> ring,
      List<String> keys,
      Duration longestRest,
      StoreHistory history) {
    this.stage = stage;
    this.ring = ring;
    this.keys = keys;
    this.longestRest = longestRest;
    this.calls = new StoreCalls(number, history);
    this.walk = new StoreWalk(number, history, keys);
  }

  /** Begins, and goes on by itself. */
  void begin() {
    stage.simulation().at(stage.dice().between(SHORTEST_REST, longestRest), this::turn);
  }

  /** Asks nothing more; what it has asked may still be answered. */
  void stop() {
    stopped = true;
  }

  private void turn() {
    if (!stopped) {
      List<ExploreProcess<StackNode>> awake = ring.awake();
      if (asked.filter(Question::isOpen).isEmpty() && !awake.isEmpty()) {
        asked = Optional.of(ask(node(awake), stage.dice().pick(keys)));
      }
      begin();
    }
  }

  private ExploreProcess<StackNode> node(List<ExploreProcess<StackNode>> awake) {
    if (home.filter(ExploreProcess::isUp).isEmpty()) {
      home = Optional.of(stage.dice().pick(awake));
    }
    boolean isAtHome = stage.dice().chance(0.5);
    return home.filter(each -> isAtHome && awake.contains(each))
        .orElseGet(() -> stage.dice().pick(awake));
  }

  private Question ask(ExploreProcess<StackNode> at, String key) {
    return switch (stage.dice().between(0, 13)) {
      case 0, 1, 2 -> calls.get(at, key);
      case 3 -> calls.getStale(at, key);
      case 4, 5 -> calls.put(at, key, new Always());
      case 6 -> calls.put(at, key, new IfAbsent());
      case 7 -> calls.put(at, key, new IfVersion(calls.lastVersion(key)));
      case 8 -> calls.put(at, key, stage.dice().between(SHORTEST_LIFE, LONGEST_LIFE));
      case 9 -> calls.delete(at, key, new Always());
      case 10 -> calls.delete(at, key, new IfVersion(calls.lastVersion(key)));
      case 11 -> walk.step(at, stage.dice().between(1, keys.size()));
      default -> calls.update(at, key);
    };
  }
}
