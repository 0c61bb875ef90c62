package io.kringle.node.sim;

import io.kringle.pubsub.Messaging.Subscription;
import io.kringle.pubsub.TopicsStats;
import io.kringle.ring.Bytes;
import io.kringle.ring.Id;
import io.kringle.ring.Result;
import io.kringle.testkit.Simulation;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.LongConsumer;
import java.util.stream.IntStream;

/**
 * Trees of topics on a large ring: whole nodes in one thread and in virtual time, to which nothing
 * happens. They join, subscribe at random moments, and hear of what random nodes publish. What is
 * measured is how long messages are on their way compared with the network alone, how many copies a
 * node sends, and in how many trees it is.
 *
 * <p>To be called in the order {@link #form}, {@link #subscribe}, {@link #publish}, {@link
 * #report}.
 */
public final class TreesSimulation {
  private static final Duration SUBSCRIBING = Duration.ofSeconds(30);
  private static final Duration LONGEST_CONFIRMING = Duration.ofSeconds(30);
  private static final Duration BETWEEN_ROUNDS = Duration.ofSeconds(1);
  private static final Duration LONGEST_DELIVERY = Duration.ofSeconds(30);
  private static final Bytes MESSAGE = Bytes.utf8("one message of a topic");

  private final TreesPlan plan;
  private final SplittableRandom random;
  private final TreesRing ring;
  private final Simulation simulation;
  private final TreesLog log;
  private int confirmed;

  /**
   * A simulation in which nothing has happened yet.
   *
   * @throws IOException if the latencies cannot be read, naming the file and the line
   */
  public TreesSimulation(TreesPlan plan) throws IOException {
    this.plan = plan;
    random = new SplittableRandom(~plan.seed());
    ring = new TreesRing(plan);
    simulation = ring.simulation();
    log = new TreesLog(simulation);
    simulation.watch(log);
  }

  /** What it was told to do. */
  public TreesPlan plan() {
    return plan;
  }

  /**
   * Lets the nodes join, until each leads its arc.
   *
   * @param progress is told how many are active
   * @throws IllegalStateException if that does not come to pass
   */
  public void form(LongConsumer progress) {
    ring.form(progress);
  }

  /**
   * Has random nodes subscribe to each topic, all at random moments.
   *
   * @param progress is told how many are confirmed
   * @throws IllegalStateException if one is not
   */
  public void subscribe(LongConsumer progress) {
    topics().forEach(this::subscribe);
    long end = simulation.now() + SUBSCRIBING.plus(LONGEST_CONFIRMING).toNanos();
    long all = plan.subscriptions();
    while (confirmed < all && simulation.now() < end) {
      simulation.run(BETWEEN_ROUNDS);
      progress.accept(confirmed);
    }
    if (confirmed < all) {
      throw new IllegalStateException(all - confirmed + " subscriptions were not confirmed");
    }
  }

  private List<String> topics() {
    return IntStream.range(0, plan.topics()).mapToObj(number -> "topic " + number).toList();
  }

  private void subscribe(String topic) {
    StackNode root = ring.root(topic);
    root.topics().subscribe(topic, log.witness(), (Result<Subscription> done) -> {});
    for (StackNode node : someNodes()) {
      simulation.at(
          Duration.ofNanos(random.nextLong(SUBSCRIBING.toNanos())),
          () -> subscribe(topic, root, node));
    }
  }

  private void subscribe(String topic, StackNode root, StackNode node) {
    Id self = TreesRing.id(node);
    node.topics().subscribe(topic, log.subscriber(TreesRing.id(root), self), this::told);
  }

  private void told(Result<Subscription> done) {
    confirmed += done.isOk() ? 1 : 0;
  }

  /** As many as subscribe to a topic, by the first steps of Fisher and Yates. */
  private List<StackNode> someNodes() {
    List<StackNode> nodes = new ArrayList<>(ring.nodes());
    for (int i = 0; i < plan.subscribers(); i++) {
      int other = i + random.nextInt(nodes.size() - i);
      StackNode chosen = nodes.get(other);
      nodes.set(other, nodes.get(i));
      nodes.set(i, chosen);
    }
    return nodes.subList(0, plan.subscribers());
  }

  /**
   * Has random nodes publish, one message on each topic in a second.
   *
   * @param progress is told how many messages have been delivered
   */
  public void publish(LongConsumer progress) {
    List<StackNode> nodes = ring.nodes();
    Duration gap = BETWEEN_ROUNDS.dividedBy(plan.topics());
    for (int round = 0; round < plan.messages(); round++) {
      for (String topic : topics()) {
        StackNode publisher = nodes.get(random.nextInt(nodes.size()));
        publisher.topics().publish(topic, MESSAGE, done -> {});
        simulation.run(gap);
      }
      progress.accept(log.delivered());
    }
    simulation.runUntil(() -> log.delivered() >= plan.deliveries(), LONGEST_DELIVERY);
    progress.accept(log.delivered());
  }

  /** What came of it. */
  public TreesReport report() {
    List<TopicsStats> stats = ring.nodes().stream().map(StackNode::topicsStats).toList();
    return new TreesReport(
        plan,
        log.published(),
        log.delivered(),
        log.repeated(),
        log.deliveries(),
        log.direct(),
        log.copies(),
        Distribution.of(stats.stream().map(TopicsStats::depth).toList()),
        Distribution.of(stats.stream().map(TopicsStats::topics).toList()),
        simulation.messages(),
        simulation.now() / 1e9,
        simulation.traceHash());
  }
}
