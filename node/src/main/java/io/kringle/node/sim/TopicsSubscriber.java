package io.kringle.node.sim;

import io.kringle.pubsub.Messaging.Subscription;
import io.kringle.pubsub.SubscribeOptions;
import io.kringle.ring.Result;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Somebody who wants to hear of a topic for as long as the run lasts: subscribes again when its
 * node has died, or the subscription has ended or failed. Now and then it unsubscribes first. A
 * durable one also moves from node to node.
 */
final class TopicsSubscriber {
  private static final Duration SOONEST_LOOK = Duration.ofMillis(50);
  private static final Duration LATEST_LOOK = Duration.ofSeconds(2);
  private static final double LEAVES = 0.02;
  private static final double IS_SLOW = 0.3;

  private final int number;
  private final ExploreStage stage;
  private final ExploreRing<StackNode> ring;
  private final TopicsLog log;
  private final TopicSpan.Place place;
  private final SubscribeOptions options;
  private final boolean slow;
  private final List<TopicSpan> spans = new ArrayList<>();
  private Optional<TopicSpan> present = Optional.empty();
  private boolean settled;

  TopicsSubscriber(
      int number,
      ExploreStage stage,
      ExploreRing<StackNode> ring,
      TopicsLog log,
      TopicSpan.Place place,
      SubscribeOptions options) {
    this.number = number;
    this.stage = stage;
    this.ring = ring;
    this.log = log;
    this.place = place;
    this.options = options;
    this.slow = stage.dice().chance(IS_SLOW);
  }

  /** Begins, and goes on by itself. */
  void begin() {
    look();
    stage.simulation().at(stage.dice().between(SOONEST_LOOK, LATEST_LOOK), this::begin);
  }

  /** From now on it stays where it is, unless it has to go. */
  void settle() {
    settled = true;
  }

  private void look() {
    Optional<TopicSpan> alive = present.filter(TopicSpan::isAlive);
    if (alive.isEmpty()) {
      home().ifPresent(this::subscribe);
    } else if (!settled && alive.get().isConfirmed() && stage.dice().chance(LEAVES)) {
      leave(alive.get());
    }
  }

  /** A durable one may forget to unsubscribe: who takes its place ends it. */
  private void leave(TopicSpan alive) {
    if (place.isDurable() && stage.dice().chance(0.5)) {
      home().ifPresent(this::subscribe);
    } else {
      alive.cancel();
    }
  }

  private Optional<ExploreProcess<StackNode>> home() {
    List<ExploreProcess<StackNode>> awake = ring.awake();
    return place.isDurable()
        ? Optional.of(awake).filter(all -> !all.isEmpty()).map(stage.dice()::pick)
        : awake.stream().filter(each -> each.number() == number % ring.founded()).findFirst();
  }

  private void subscribe(ExploreProcess<StackNode> at) {
    TopicSpan span = new TopicSpan(stage, log, "subscriber " + number, place, at, slow);
    spans.add(span);
    present = Optional.of(span);
    at.node()
        .orElseThrow()
        .topics()
        .subscribe(place.topic(), span, options, done -> told(span, done));
  }

  private static void told(TopicSpan span, Result<Subscription> done) {
    if (done instanceof Result.Ok<Subscription> ok) {
      span.confirmed(ok.value());
    } else {
      span.failed();
    }
  }

  /** Whether it has a subscription now that has got everything that there is. */
  boolean hasAll() {
    return present
        .filter(span -> span.isAlive() && span.isConfirmed())
        .filter(span -> span.next() > log.last(place.topic()))
        .isPresent();
  }

  /** Its latest subscription. */
  Optional<TopicSpan> present() {
    return present;
  }

  void check() {
    spans.forEach(TopicSpan::check);
  }

  @Override
  public String toString() {
    return "subscriber %d of %s, %s".formatted(number, place.topic(), options);
  }
}
