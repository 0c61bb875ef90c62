package io.kringle.node.sim;

import io.kringle.node.sim.StoreHistory.Question;
import io.kringle.ring.Codec;
import io.kringle.testkit.Simulation;
import io.kringle.testkit.history.Operation;
import io.kringle.testkit.history.Operation.Read;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * One seed: a ring forms, clients read and write a few keys of it under faults, and what they were
 * told has to be what one register for each key could have told them.
 *
 * <ol>
 *   <li>Growth, without faults.
 *   <li>Clients begin, and then the faults; {@link ExploredStack} says what these leave alone.
 *   <li>Healing: within {@link #LONGEST_HEALING} the nodes are one ring, and of each arc all
 *       replicas are equal, led by one, and no replica is left that belongs to nobody. Clients stop
 *       in between, and each has its last answer.
 *   <li>Every key is read once more, when no value of a limited time to live may be left. Whether
 *       all that went well or not, the history is checked.
 * </ol>
 */
final class StoreRun {
  /** How long the ring, and then the replicas, have to be as they should be. */
  static final Duration LONGEST_HEALING = Duration.ofMinutes(2);

  /** Longer than any operation goes on. */
  private static final Duration LAST_ANSWERS = Duration.ofSeconds(90);

  private static final Duration CALM = Duration.ofSeconds(5);
  private static final Duration LOOK = Duration.ofMillis(50);
  private static final int READ_TRIES = 10;

  /** Longer than any time to live, by whatever clock. */
  private static final Duration LAST_EXPIRY = StoreClient.LONGEST_LIFE.multipliedBy(2);

  private final StorePlan plan;
  private final StoreSettings settings;
  private final ExploreStage stage;
  private final Simulation simulation;
  private final ExploreDice dice;
  private final StackExploration exploration;
  private final ExploreRing<StackNode> ring;
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
    settings = StoreSettings.draw(dice);
    ExploredStack stack = new ExploredStack(codec, settings.stack(), node -> {});
    exploration = new StackExploration(stage, stack, plan.seeds().nodes(), LOOK);
    ring = exploration.ring();
    history = new StoreHistory(simulation::now);
    keys = IntStream.range(0, plan.keys()).mapToObj(number -> "key " + number).toList();
  }

  /** Runs it to its end. */
  StoreOutcome run() {
    Optional<String> wrong = exploration.verdict(this::wrong);
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

  private Optional<String> wrong() {
    stage.story().tell(settings.toString());
    Optional<String> unhealed =
        exploration.grow(plan.seeds().nodes()).or(this::serveUnderFaults).or(this::readAll);
    return check().or(() -> unhealed);
  }

  private Optional<String> serveUnderFaults() {
    List<StoreClient> clients = new ArrayList<>();
    for (int i = 0; i < plan.clients(); i++) {
      clients.add(new StoreClient(i, stage, ring, keys, settings.longestRest(), history));
    }
    clients.forEach(StoreClient::begin);
    look();
    exploration.disturb(plan.seeds().faults(), plan.seeds().lasts());

    Optional<String> torn = exploration.within(LONGEST_HEALING, ring::disagreement);
    simulation.run(CALM);
    clients.forEach(StoreClient::stop);
    simulation.runUntil(history::isAllAnswered, LAST_ANSWERS);
    return torn.or(
        () ->
            history.isAllAnswered()
                ? exploration.within(LONGEST_HEALING, exploration::unhealed)
                : Optional.of("somebody never got an answer"));
  }

  private void look() {
    if (!history.isAllAnswered()) {
      history.look(exploration.replicas().areWithinReach());
    }
    simulation.at(LOOK, this::look);
  }

  // ---- the verdict

  /** By somebody who has not asked before: every key, and then all of them by a walk. */
  private Optional<String> readAll() {
    simulation.run(LAST_EXPIRY);
    StoreCalls reader = new StoreCalls(plan.clients(), history);
    for (String key : keys) {
      if (!isAnswered(() -> reader.get(dice.pick(ring.awake()), key))) {
        return Optional.of(key + " cannot be read");
      }
    }
    StoreWalk walk = new StoreWalk(plan.clients(), history, keys);
    do {
      if (!isAnswered(() -> walk.step(dice.pick(ring.awake()), keys.size()))) {
        return Optional.of("nobody can walk over all records");
      }
    } while (!walk.isAtStart());
    return keys.stream().map(this::amiss).flatMap(Optional::stream).toList().stream().findFirst();
  }

  /** Asks until there is an answer, some times. */
  private boolean isAnswered(Supplier<Question> ask) {
    long before = history.counts().ok();
    for (int i = 0; i < READ_TRIES && history.counts().ok() == before; i++) {
      Question question = ask.get();
      simulation.runUntil(() -> !question.isOpen(), LAST_ANSWERS);
    }
    return history.counts().ok() > before;
  }

  /** What is wrong with what was read of a key in the end. */
  private Optional<String> amiss(String key) {
    List<Operation> ofKey =
        history.operations().stream().filter(operation -> operation.key().equals(key)).toList();
    Read last =
        ofKey.stream()
            .filter(operation -> operation.client() == plan.clients())
            .flatMap(
                operation ->
                    operation.outcome() instanceof Read read ? Stream.of(read) : Stream.empty())
            .findFirst()
            .orElseThrow();
    if (StoreVerdict.isLost(ofKey, last)) {
      lostWrites++;
      return Optional.of(
          "an acknowledged write of %s is lost: in the end there is %s".formatted(key, last));
    }
    return last.value()
        .filter(StoreCalls::isLimited)
        .map(value -> "%s outlives its time: %s".formatted(key, last));
  }

  private Optional<String> check() {
    history.close();
    return history.wrong().or(() -> StoreVerdict.contradiction(history.operations()));
  }
}
