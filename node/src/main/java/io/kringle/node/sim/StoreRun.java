package io.kringle.node.sim;

import io.kringle.node.sim.StoreHistory.Question;
import io.kringle.ring.Codec;
import io.kringle.testkit.Simulation;
import io.kringle.testkit.history.Linearizability;
import io.kringle.testkit.history.Operation;
import io.kringle.testkit.history.Operation.Read;
import io.kringle.testkit.history.Operation.Written;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * One seed: a ring forms, clients read and write a few keys of it under faults, and what they were
 * told has to be what one register for each key could have told them.
 *
 * <ol>
 *   <li>Growth, without faults.
 *   <li>Clients begin, and then the faults; {@link ExploredStore} says what these leave alone.
 *   <li>Healing: within {@link #LONGEST_HEALING} the nodes are one ring, and of each arc all
 *       replicas are equal, led by one, and no replica is left that belongs to nobody. Clients stop
 *       in between, and each has its last answer.
 *   <li>Every key is read once more. Whether all that went well or not, the history is checked.
 * </ol>
 */
final class StoreRun {
  /** How long the ring, and then the replicas, have to be as they should be. */
  static final Duration LONGEST_HEALING = Duration.ofMinutes(2);

  /** Longer than any operation goes on. */
  private static final Duration LAST_ANSWERS = Duration.ofSeconds(90);

  private static final Duration LONGEST_GROWTH = Duration.ofSeconds(60);
  private static final Duration CALM = Duration.ofSeconds(5);
  private static final Duration LOOK = Duration.ofMillis(50);
  private static final int READ_TRIES = 10;
  private static final int MOST_STEPS = 5_000_000;

  private final StorePlan plan;
  private final ExploreStage stage;
  private final Simulation simulation;
  private final ExploreDice dice;
  private final ExploreRing<StoreNode> ring;
  private final StoreReplicas replicas;
  private final StoreHistory history;
  private final List<String> keys;
  private int lostWrites;

  /**
   * A run that has not begun.
   *
   * @param codec of all messages
   * @param filter what stands between the nodes and the world
   */
  StoreRun(long seed, StorePlan plan, Codec codec, WorldFilter filter) {
    this.plan = plan;
    dice = new ExploreDice(seed);
    simulation = new Simulation(seed, message -> codec.decode(codec.encode(message)));
    stage = new ExploreStage(simulation, dice, filter, new ExploreStory(simulation));
    ring = new ExploreRing<>(stage, new ExploredStore(codec), 2 * plan.nodes());
    replicas = new StoreReplicas(ring, simulation.network());
    history = new StoreHistory(simulation::now);
    keys = IntStream.range(0, plan.keys()).mapToObj(number -> "key " + number).toList();
  }

  /**
   * Runs it to its end.
   *
   * <p>Justification of the broad catch: whatever a step of a node throws is a failure of this
   * seed, to be reported like the others.
   */
  StoreOutcome run() {
    Optional<String> wrong;
    try {
      Optional<String> unhealed = grow().or(this::serveUnderFaults).or(this::readAll);
      wrong = check().or(() -> unhealed);
    } catch (RuntimeException broken) {
      wrong = Optional.of("a step failed: " + Failures.describe(broken));
    }
    if (wrong.isPresent()) {
      replicas.describe().forEach(stage.story()::tell);
      stage.story().tell(wrong.get());
    }
    return new StoreOutcome(
        simulation.seed(),
        wrong,
        lostWrites,
        history.counts(),
        simulation.messages(),
        Duration.ofNanos(simulation.now()),
        simulation.traceHash(),
        stage.story().lines());
  }

  /** What was asked and answered, once it has run. */
  List<Operation> operations() {
    return history.operations();
  }

  private Optional<String> grow() {
    ring.found();
    for (int i = 1; i < plan.nodes(); i++) {
      ring.add();
    }
    boolean all = simulation.runUntil(() -> ring.active().size() == plan.nodes(), LONGEST_GROWTH);
    return all ? within(LONGEST_GROWTH, this::unhealed) : Optional.of("the ring did not form");
  }

  private Optional<String> serveUnderFaults() {
    List<StoreClient> clients = new ArrayList<>();
    for (int i = 0; i < plan.clients(); i++) {
      clients.add(new StoreClient(i, stage, ring, keys, history));
    }
    clients.forEach(StoreClient::begin);
    look();
    ExploreFaults<StoreNode> faults = new ExploreFaults<>(stage, ring, plan.faults());
    StoreDiskFaults disks = new StoreDiskFaults(stage, ring);
    faults.add(disks.kinds());
    faults.rage(plan.lasts(), node -> {});
    disks.mend();

    Optional<String> torn = within(LONGEST_HEALING, ring::disagreement);
    simulation.run(CALM);
    clients.forEach(StoreClient::stop);
    simulation.runUntil(history::isAllAnswered, LAST_ANSWERS);
    return torn.or(
        () ->
            history.isAllAnswered()
                ? within(LONGEST_HEALING, this::unhealed)
                : Optional.of("somebody never got an answer"));
  }

  private Optional<String> unhealed() {
    return ring.disagreement().or(replicas::disagreement);
  }

  /** What is still wrong after this time; empty once it is not. */
  private Optional<String> within(Duration limit, Supplier<Optional<String>> wrong) {
    long end = simulation.now() + limit.toNanos();
    Optional<String> still = wrong.get();
    while (still.isPresent() && simulation.now() < end) {
      simulation.run(LOOK);
      still = wrong.get();
    }
    return still.map(why -> "not healed after %d s: %s".formatted(limit.toSeconds(), why));
  }

  private void look() {
    history.look(replicas::areWithinReach);
    simulation.at(LOOK, this::look);
  }

  // ---- the verdict

  /** Reads every key by somebody who has not asked before. */
  private Optional<String> readAll() {
    StoreClient reader = new StoreClient(plan.clients(), stage, ring, keys, history);
    for (String key : keys) {
      long answered = history.counts().ok();
      for (int i = 0; i < READ_TRIES && history.counts().ok() == answered; i++) {
        Question question = reader.get(dice.pick(ring.awake()), key);
        simulation.runUntil(() -> !question.isOpen(), LAST_ANSWERS);
      }
      if (history.counts().ok() == answered) {
        return Optional.of(key + " cannot be read");
      }
    }
    lostWrites = (int) keys.stream().filter(this::isLost).count();
    return lostWrites == 0
        ? Optional.empty()
        : Optional.of("acknowledged writes of %d keys are lost".formatted(lostWrites));
  }

  private boolean isLost(String key) {
    long acknowledged = 0;
    long read = 0;
    for (Operation operation : history.operations()) {
      if (operation.key().equals(key) && operation.outcome() instanceof Written written) {
        acknowledged = Math.max(acknowledged, written.version());
      } else if (operation.key().equals(key)
          && operation.client() == plan.clients()
          && operation.outcome() instanceof Read last) {
        read = last.version();
      }
    }
    return read < acknowledged;
  }

  private Optional<String> check() {
    history.close();
    Linearizability.Verdict verdict = new Linearizability(MOST_STEPS).check(history.operations());
    Optional<String> broken =
        verdict instanceof Linearizability.Holds ? Optional.empty() : Optional.of(words(verdict));
    return history.wrong().or(() -> broken);
  }

  private static String words(Linearizability.Verdict verdict) {
    if (verdict instanceof Linearizability.Broken broken) {
      List<Operation> left = new ArrayList<>(broken.operations());
      left.removeAll(broken.reached());
      return "no register gives these answers: of %d operations on '%s' an order is found up to %s, and none that goes on with any of %s"
          .formatted(
              broken.operations().size(),
              broken.key(),
              broken.reached().isEmpty()
                  ? "none"
                  : broken.reached().get(broken.reached().size() - 1),
              left.subList(0, Math.min(left.size(), 3)));
    }
    return "not decided: " + verdict;
  }
}
