package io.kringle.node.sim;

import io.kringle.node.sim.TopicSpan.Place;
import io.kringle.pubsub.SubscribeOptions;
import io.kringle.pubsub.SubscribeOptions.Start;
import io.kringle.pubsub.TopicsStats;
import io.kringle.replication.Retention;
import io.kringle.ring.Codec;
import io.kringle.ring.Result;
import io.kringle.testkit.Simulation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * One seed: a ring forms, messages are published and offered on a few topics of it under faults,
 * and whoever subscribes has to get them as {@link TopicSpan} says.
 *
 * <ol>
 *   <li>Growth, without faults; every second topic is told to keep little.
 *   <li>Subscribers and publishers begin, and then the faults; {@link ExploredStack} says what
 *       these leave alone.
 *   <li>Healing: within {@link #LONGEST_HEALING} the nodes are one ring again, with all replicas
 *       equal; each publisher has its last answer; each subscriber has got all that there is.
 *   <li>Somebody who comes only then gets all that is kept, and that is as much as was wanted.
 * </ol>
 */
final class TopicsRun {
  /** How long the ring, and then each subscriber, has to be as it should be. */
  static final Duration LONGEST_HEALING = Duration.ofMinutes(2);

  private static final Duration LONGEST_GROWTH = Duration.ofSeconds(60);
  private static final Duration LAST_ANSWERS = Duration.ofSeconds(90);
  private static final Duration LOOK = Duration.ofMillis(500);
  private static final int LAST_TRIES = 10;

  private final TopicsPlan plan;
  private final TopicsSettings settings;
  private final ExploreStage stage;
  private final Simulation simulation;
  private final ExploreDice dice;
  private final ExploreRing<StackNode> ring;
  private final StoreReplicas replicas;
  private final TopicsLog log;
  private final List<String> topics;
  private final List<TopicsSubscriber> subscribers = new ArrayList<>();
  private final TopicsPublisher publisher;
  private int deepest;
  private int mostChildren;

  /**
   * A run that has not begun.
   *
   * @param codec of all messages
   * @param filter what stands between the nodes and the world
   */
  TopicsRun(long seed, TopicsPlan plan, Codec codec, WorldFilter filter) {
    this.plan = plan;
    dice = new ExploreDice(seed);
    simulation = new Simulation(seed, message -> codec.decode(codec.encode(message)));
    stage = new ExploreStage(simulation, dice, filter, new ExploreStory(simulation));
    settings = TopicsSettings.draw(dice);
    ring = new ExploreRing<>(stage, new ExploredStack(codec, settings.stack()), 2 * plan.nodes());
    replicas = new StoreReplicas(ring, simulation.network());
    log = new TopicsLog(simulation::now);
    topics = IntStream.range(0, plan.topics()).mapToObj(number -> "topic " + number).toList();
    publisher = new TopicsPublisher(stage, ring, topics, log);
  }

  /**
   * Runs it to its end.
   *
   * <p>Justification of the broad catch: whatever a step of a node throws is a failure of this
   * seed, to be reported like the others.
   */
  TopicsOutcome run() {
    Optional<String> wrong;
    try {
      Optional<String> unhealed =
          grow().or(this::limit).or(this::publishUnderFaults).or(this::readAll);
      subscribers.forEach(TopicsSubscriber::check);
      wrong = log.wrong().or(() -> unhealed);
    } catch (RuntimeException broken) {
      wrong = Optional.of("a step failed: " + Failures.describe(broken));
    }
    if (wrong.isPresent()) {
      replicas.describe().forEach(stage.story()::tell);
      stage.story().tell(wrong.get());
    }
    return new TopicsOutcome(
        simulation.seed(),
        wrong,
        log.counts(),
        log.delays(),
        deepest,
        mostChildren,
        simulation.traceHash(),
        stage.story().lines());
  }

  private Optional<String> grow() {
    stage.story().tell(settings.toString());
    ring.found();
    for (int i = 1; i < plan.nodes(); i++) {
      ring.add();
    }
    boolean all = simulation.runUntil(() -> ring.active().size() == plan.nodes(), LONGEST_GROWTH);
    return all ? within(LONGEST_GROWTH, this::unhealed) : Optional.of("the ring did not form");
  }

  private boolean isLimited(int topic) {
    return topic % 2 == 1;
  }

  private Optional<String> limit() {
    Set<Integer> limited = new HashSet<>();
    for (int topic = 0; topic < topics.size(); topic++) {
      int number = topic;
      if (isLimited(topic)) {
        pick()
            .topics()
            .retain(
                topics.get(topic),
                settings.limited(),
                (Result<Retention> done) -> {
                  if (done.isOk()) {
                    limited.add(number);
                  }
                });
      }
    }
    return isSoon(() -> limited.size() == topics.size() / 2)
        ? Optional.empty()
        : Optional.of("a topic's retention could not be set");
  }

  private StackNode pick() {
    return dice.pick(ring.awake()).node().orElseThrow();
  }

  private boolean isSoon(BooleanSupplier what) {
    return simulation.runUntil(what, LAST_ANSWERS);
  }

  // ---- under faults

  private Optional<String> publishUnderFaults() {
    for (int i = 0; i < plan.subscribers(); i++) {
      TopicsSubscriber subscriber = subscriber(i);
      subscribers.add(subscriber);
      stage.story().tell(subscriber.toString());
      subscriber.begin();
    }
    publisher.begin(plan.lasts().dividedBy(plan.messages()));
    look();
    ExploreFaults<StackNode> faults = new ExploreFaults<>(stage, ring, plan.faults());
    StoreDiskFaults disks = new StoreDiskFaults(stage, ring);
    faults.add(disks.kinds());
    faults.rage(plan.lasts(), node -> {});
    disks.mend();
    publisher.stop();
    subscribers.forEach(TopicsSubscriber::settle);
    Optional<String> torn = within(LONGEST_HEALING, this::unhealed);
    return torn.or(
            () ->
                isSoon(() -> !publisher.isAwaiting())
                    ? Optional.empty()
                    : Optional.of("somebody never got an answer"))
        .or(this::lastWords)
        .or(() -> within(LONGEST_HEALING, this::behind));
  }

  private TopicsSubscriber subscriber(int number) {
    boolean durable = dice.chance(0.3);
    Place place = place(number % topics.size(), durable);
    Start from = dice.chance(0.5) ? new Start.Now() : new Start.Oldest();
    SubscribeOptions plain = SubscribeOptions.DEFAULT.from(from).buffer(dice.between(1, 64), 1_000);
    SubscribeOptions options = durable ? plain.durable("durable " + number) : plain;
    return new TopicsSubscriber(number, stage, ring, log, place, options);
  }

  private Place place(int topic, boolean durable) {
    Optional<Integer> kept =
        isLimited(topic) ? Optional.of(settings.limited().items()) : Optional.empty();
    return new Place(topics.get(topic), kept, durable);
  }

  private void look() {
    for (ExploreProcess<StackNode> process : ring.up()) {
      TopicsStats stats = process.node().orElseThrow().topicsStats();
      deepest = Math.max(deepest, stats.depth());
      mostChildren = Math.max(mostChildren, stats.mostChildren());
    }
    if (mostChildren > settings.stack().topics().fanOut()) {
      log.wrong("a node has " + mostChildren + " children");
    }
    simulation.at(LOOK, this::look);
  }

  // ---- afterwards

  private Optional<String> unhealed() {
    return ring.disagreement().or(replicas::disagreement);
  }

  /** One more message on each topic, so that the last ones are followed by one. */
  private Optional<String> lastWords() {
    for (String topic : topics) {
      long before = log.counts().published();
      for (int i = 0; i < LAST_TRIES && log.counts().published() == before; i++) {
        isSoon(() -> !ring.awake().isEmpty());
        publisher.publish(dice.pick(ring.awake()), topic);
        isSoon(() -> !publisher.isAwaiting());
      }
      if (log.counts().published() == before) {
        return Optional.of("nothing can be published on " + topic);
      }
    }
    return Optional.empty();
  }

  private Optional<String> behind() {
    return subscribers.stream()
        .filter(each -> !each.hasAll())
        .findFirst()
        .map(each -> each + " has not got everything");
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

  /** By somebody who has not been there before. */
  private Optional<String> readAll() {
    for (int topic = 0; topic < topics.size(); topic++) {
      TopicsSubscriber reader =
          new TopicsSubscriber(
              plan.subscribers() + topic,
              stage,
              ring,
              log,
              place(topic, false),
              SubscribeOptions.DEFAULT.from(new Start.Oldest()));
      reader.settle();
      reader.begin();
      subscribers.add(reader);
    }
    Optional<String> behind = within(LONGEST_HEALING, this::behind);
    if (behind.isEmpty()) {
      for (int topic = 0; topic < topics.size(); topic++) {
        checkKept(topic, subscribers.get(plan.subscribers() + topic));
      }
    }
    return behind;
  }

  private void checkKept(int topic, TopicsSubscriber reader) {
    long last = log.last(topics.get(topic));
    long wanted = isLimited(topic) ? Math.max(1, last + 1 - settings.limited().items()) : 1;
    long first = reader.present().orElseThrow().first();
    log.beyond(wanted - first, topics.get(topic));
    log.lost(first - wanted, reader + ", who came last");
  }
}
