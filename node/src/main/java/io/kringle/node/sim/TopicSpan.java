package io.kringle.node.sim;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kringle.pubsub.Messaging.Event;
import io.kringle.pubsub.Messaging.Missed;
import io.kringle.pubsub.Messaging.Subscriber;
import io.kringle.pubsub.Messaging.Subscription;
import io.kringle.ring.Bytes;
import io.kringle.ring.Failure;
import io.kringle.ring.Result;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * One subscription in one life of one node, from its confirmation to the end of either. It is to
 * get every number from its first on, each once and in order; what is not kept it may miss, if it
 * is told.
 */
final class TopicSpan implements Subscriber {
  private static final Duration SHORTEST_WORK = Duration.ofMillis(1);
  private static final Duration LONGEST_WORK = Duration.ofMillis(300);
  private static final Duration LONGEST_THOUGHT = Duration.ofSeconds(3);
  private static final double REFUSES = 0.3;
  private static final double DECIDES_LATER = 0.3;

  private final ExploreStage stage;
  private final TopicsLog log;
  private final String name;
  private final Place place;
  private final ExploreProcess<StackNode> process;
  private final StackNode node;
  private final boolean slow;
  private final Set<Long> heard = new HashSet<>();
  private Optional<Subscription> subscription = Optional.empty();
  private long confirmedAt;
  private long first;
  private long next;
  private long lastMissed;
  private boolean over;

  /**
   * What a subscription is of, and how far whoever subscribes has got; a durable one's goes on from
   * one span to the next.
   */
  static final class Place {
    private final String topic;
    private final Optional<Integer> kept;
    private final boolean durable;
    private long covered = -1;

    /**
     * Nothing is got yet.
     *
     * @param kept how many messages the topic keeps, if that is fewer than there are
     */
    Place(String topic, Optional<Integer> kept, boolean durable) {
      this.topic = topic;
      this.kept = kept;
      this.durable = durable;
    }

    String topic() {
      return topic;
    }

    boolean isDurable() {
      return durable;
    }
  }

  TopicSpan(
      ExploreStage stage,
      TopicsLog log,
      String name,
      Place place,
      ExploreProcess<StackNode> process,
      boolean slow) {
    this.stage = stage;
    this.log = log;
    this.name = name;
    this.place = place;
    this.process = process;
    this.node = process.node().orElseThrow();
    this.slow = slow;
  }

  /** Whether it goes on: neither ended, nor is the node of another life. */
  boolean isAlive() {
    return !over && process.node().filter(node::equals).isPresent();
  }

  boolean isConfirmed() {
    return subscription.isPresent();
  }

  /** The number that it is to get, or to hear that it has missed it, next. */
  long next() {
    return next;
  }

  /** The number that it was to get first. */
  long first() {
    return first;
  }

  void confirmed(Subscription begun) {
    subscription = Optional.of(begun);
    confirmedAt = log.now();
    first = begun.next();
    if (place.covered < 0) {
      place.covered = first - 1;
    }
    next = place.durable ? Math.min(first, place.covered + 1) : first;
  }

  void failed() {
    over = true;
  }

  /** Unsubscribes; nothing may come once that is confirmed. */
  void cancel() {
    subscription.ifPresent(begun -> begun.cancel(() -> over = true));
  }

  @Override
  public void received(Event event, Runnable done) {
    received(event);
    if (slow) {
      later(stage.dice().between(SHORTEST_WORK, LONGEST_WORK), done);
    } else {
      done.run();
    }
  }

  private void later(Duration delay, Runnable task) {
    stage
        .simulation()
        .at(
            delay,
            () -> {
              if (isAlive()) {
                task.run();
              }
            });
  }

  @Override
  public void received(Event event) {
    long number = event.sequence();
    if (over || !isConfirmed()) {
      log.wrong("number %d came to %s, who is none".formatted(number, this));
      return;
    }
    log.delivered(place.topic, number, text(event), confirmedAt);
    if (!heard.add(number)) {
      log.duplicated(number, toString());
    } else if (number < next) {
      log.reordered(number, toString());
    } else {
      log.lost(number - next, this + ", before number " + number);
      got(number, number);
    }
  }

  private void got(long from, long to) {
    next = to + 1;
    if (from <= place.covered + 1) {
      place.covered = Math.max(place.covered, to);
    }
  }

  /** What a durable one had got after its place was written it may miss when it comes again. */
  @Override
  public void missed(Missed missed) {
    boolean isRepeated = place.durable && heard.isEmpty() && missed.from() < next;
    if (missed.from() != next && !isRepeated) {
      log.wrong(
          "%s waits for number %d, and has missed those from %d on"
              .formatted(this, next, missed.from()));
    }
    if (place.kept.isEmpty()) {
      log.lost(missed.count(), this + ", though all is kept");
    }
    lastMissed = missed.from() + missed.count() - 1;
    got(missed.from(), lastMissed);
  }

  @Override
  public void ended(Failure why) {
    over = true;
    if (!place.durable) {
      log.wrong(this + " was ended: " + why);
    }
  }

  @Override
  public void offered(Event event, Consumer<Result<Bytes>> decide) {
    if (stage.dice().chance(REFUSES)) {
      decide.accept(Result.failed(Failure.Kind.REFUSED, "busy"));
    } else if (stage.dice().chance(DECIDES_LATER)) {
      later(stage.dice().between(SHORTEST_WORK, LONGEST_THOUGHT), () -> accept(event, decide));
    } else {
      accept(event, decide);
    }
  }

  private void accept(Event event, Consumer<Result<Bytes>> decide) {
    log.handled(text(event));
    decide.accept(Result.ok(event.payload()));
  }

  private static String text(Event event) {
    return new String(event.payload().array(), UTF_8);
  }

  /** In the end, of one that has stayed or not: it has got all that it was to get. */
  void check() {
    if (!isConfirmed()) {
      return;
    }
    log.checkBegin(place.topic, first, confirmedAt, toString());
    long last = log.last(place.topic);
    if (isAlive()) {
      log.lost(last + 1 - next, this + ", at the end");
    }
    place.kept.ifPresent(
        kept -> log.lost(lastMissed - Math.max(0, last - kept), this + ", though they are kept"));
  }

  @Override
  public String toString() {
    return "%s of %s at node %d".formatted(name, place.topic, process.number());
  }
}
