package io.kringle.node.sim;

import io.kringle.pubsub.TopicsStats;
import io.kringle.replication.Retention;
import io.kringle.ring.Codec;
import io.kringle.ring.Result;
import io.kringle.testkit.Simulation;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
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

  private static final Duration LAST_ANSWERS = Duration.ofSeconds(90);
  private static final Duration LOOK = Duration.ofMillis(500);
  private static final int LAST_TRIES = 10;

  private final TopicsPlan plan;
  private final TopicsSettings settings;
  private final ExploreStage stage;
  private final Simulation simulation;
  private final ExploreDice dice;
  private final StackExploration exploration;
  private final ExploreRing<StackNode> ring;
  private final TopicsLog log;
  private final List<String> topics;
  private final TopicsAudience audience;
  private final TopicsPublisher publisher;
  private final TopicsBroadcasts broadcasts;
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
    log = new TopicsLog(simulation::now);
    broadcasts = new TopicsBroadcasts(stage, log);
    ExploredStack stack = new ExploredStack(codec, settings.stack(), broadcasts::listenAt);
    exploration = new StackExploration(stage, stack, plan.seeds().nodes(), LOOK);
    ring = exploration.ring();
    topics = IntStream.range(0, plan.topics()).mapToObj(number -> "topic " + number).toList();
    audience = new TopicsAudience(stage, ring, log, topics, settings.limited());
    publisher = new TopicsPublisher(stage, ring, topics, log);
  }

  /** Runs it to its end. */
  TopicsOutcome run() {
    Optional<String> wrong = exploration.verdict(this::wrong);
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

  private Optional<String> wrong() {
    stage.story().tell(settings.toString());
    Optional<String> unhealed =
        exploration
            .grow(plan.seeds().nodes())
            .or(this::limit)
            .or(this::publishUnderFaults)
            .or(this::readAll)
            .or(() -> exploration.unsettled(LONGEST_HEALING))
            .or(() -> broadcasts.reachAll(ring));
    audience.check();
    broadcasts.check();
    return log.wrong().or(() -> unhealed);
  }

  private Optional<String> limit() {
    Set<Integer> limited = new HashSet<>();
    for (int topic = 0; topic < topics.size(); topic++) {
      int number = topic;
      if (TopicsAudience.isLimited(topic)) {
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
    audience.begin(plan.subscribers());
    broadcasts.begin(ring);
    publisher.begin(plan.seeds().lasts().dividedBy(plan.messages()));
    look();
    exploration.disturb(plan.seeds().faults(), plan.seeds().lasts());
    publisher.stop();
    broadcasts.stop();
    audience.settle();
    Optional<String> torn = exploration.within(LONGEST_HEALING, exploration::unhealed);
    return torn.or(
            () ->
                isSoon(() -> !publisher.isAwaiting())
                    ? Optional.empty()
                    : Optional.of("somebody never got an answer"))
        .or(this::lastWords)
        .or(() -> exploration.within(LONGEST_HEALING, audience::behind));
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

  /** One more message on each topic, so that the last ones are followed by one. */
  private Optional<String> lastWords() {
    for (String topic : topics) {
      long before = log.counts().published();
      for (int i = 0; i < LAST_TRIES && log.counts().published() == before; i++) {
        if (!isSoon(() -> !ring.awake().isEmpty())) {
          return Optional.of("no node is awake");
        }
        publisher.publish(dice.pick(ring.awake()), topic);
        isSoon(() -> !publisher.isAwaiting());
      }
      if (log.counts().published() == before) {
        return Optional.of("nothing can be published on " + topic);
      }
    }
    return Optional.empty();
  }

  /** By somebody who has not been there before. */
  private Optional<String> readAll() {
    List<TopicsSubscriber> readers = audience.addReaders();
    Optional<String> behind = exploration.within(LONGEST_HEALING, audience::behind);
    if (behind.isEmpty()) {
      for (int topic = 0; topic < topics.size(); topic++) {
        checkKept(topic, readers.get(topic));
      }
    }
    return behind;
  }

  private void checkKept(int topic, TopicsSubscriber reader) {
    long last = log.last(topics.get(topic));
    long wanted =
        TopicsAudience.isLimited(topic) ? Math.max(1, last + 1 - settings.limited().items()) : 1;
    long first = reader.present().orElseThrow().first();
    log.beyond(wanted - first, topics.get(topic));
    log.lost(first - wanted, reader + ", who came last");
  }
}
