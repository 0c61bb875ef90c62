package io.kringle.pubsub;

import io.kringle.pubsub.Messaging.Event;
import io.kringle.pubsub.Messaging.Subscriber;
import io.kringle.pubsub.Messaging.Subscription;
import io.kringle.ring.Failure;
import io.kringle.ring.Result;
import io.kringle.ring.Timer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The subscribers of one topic on one node: those that wait to be confirmed, and those that
 * receive.
 */
final class Subscribers {
  private static final Logger LOG = LoggerFactory.getLogger(Subscribers.class);

  private final Surroundings around;
  private final String topic;
  private final Runnable emptied;
  private final List<Local> all = new ArrayList<>();
  private final Queue<Event> deliveries = new ArrayDeque<>();
  private boolean delivering;

  /**
   * Nobody yet.
   *
   * @param emptied called when the last one has gone
   */
  Subscribers(Surroundings around, String topic, Runnable emptied) {
    this.around = around;
    this.topic = topic;
    this.emptied = emptied;
  }

  boolean isEmpty() {
    return all.isEmpty();
  }

  int size() {
    return all.size();
  }

  /** Those that were confirmed. */
  List<Local> active() {
    return all.stream().filter(local -> local.active).toList();
  }

  /** Adds one, to be confirmed in time; or says why not. */
  void add(Subscriber subscriber, Consumer<Result<Subscription>> done) {
    if (all.size() >= around.config().maxSubscribers()) {
      later(
          () ->
              done.accept(
                  Result.failed(
                      Failure.Kind.OVERLOADED,
                      "too many subscribers of " + topic + " on this node")));
      return;
    }
    Local local = new Local(subscriber, done);
    all.add(local);
    local.patience = around.world().after(around.config().subscribeTimeout(), () -> giveUp(local));
  }

  private void giveUp(Local local) {
    remove(local);
    local.done.accept(
        Result.failed(
            Failure.Kind.TIMEOUT, "no way to the root of " + topic + " was found in time"));
  }

  /**
   * The node is connected: whoever waits is confirmed, and hears of what comes after {@code last}.
   */
  void confirm(long last) {
    for (Local local : List.copyOf(all)) {
      if (!local.active) {
        local.active = true;
        local.after = last;
        local.stopWaiting();
        later(() -> local.done.accept(Result.ok(local)));
      }
    }
  }

  private void later(Runnable callback) {
    around.world().after(Duration.ZERO, callback);
  }

  private void remove(Local local) {
    local.stopWaiting();
    if (all.remove(local) && all.isEmpty()) {
      emptied.run();
    }
  }

  /**
   * Hands a message to everyone. What a subscriber publishes from within waits its turn, so that
   * all see one order.
   */
  void deliver(Event event) {
    deliveries.add(event);
    if (delivering) {
      return;
    }
    delivering = true;
    for (Event next = deliveries.poll(); next != null; next = deliveries.poll()) {
      for (Local local : List.copyOf(all)) {
        hand(local, next);
      }
    }
    delivering = false;
  }

  /**
   * A subscriber that throws is the application's matter; the node and the other subscribers go on.
   */
  private void hand(Local local, Event event) {
    if (!local.active || local.cancelled || event.sequence() <= local.after) {
      return;
    }
    around.counters().delivered++;
    try {
      local.subscriber.received(event);
    } catch (RuntimeException thrown) {
      around.counters().failing++;
      LOG.warn("a subscriber of {} threw at message {}", topic, event.sequence(), thrown);
    }
  }

  /** One subscriber. */
  final class Local implements Subscription {
    private final Subscriber subscriber;
    private final Consumer<Result<Subscription>> done;
    private @Nullable Timer patience;
    private boolean active;
    private long after;
    private boolean cancelled;

    private Local(Subscriber subscriber, Consumer<Result<Subscription>> done) {
      this.subscriber = subscriber;
      this.done = done;
    }

    Subscriber subscriber() {
      return subscriber;
    }

    boolean isCancelled() {
      return cancelled;
    }

    private void stopWaiting() {
      if (patience != null) {
        patience.cancel();
        patience = null;
      }
    }

    @Override
    public void cancel(Runnable ended) {
      cancelled = true;
      remove(this);
      later(ended);
    }
  }
}
