package io.kringle.pubsub;

import io.kringle.pubsub.Messaging.Subscriber;
import io.kringle.pubsub.Messaging.Subscription;
import io.kringle.pubsub.SubscribeOptions.Start;
import io.kringle.ring.Failure;
import io.kringle.ring.Result;
import io.kringle.ring.Timer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The subscribers of one topic on one node: those that wait to be confirmed, and those that
 * receive. One is confirmed when the node is connected to the root and it is known where the
 * subscriber begins: from then on {@link Cursor} lets nothing be missed.
 */
final class Subscribers {
  private static final Logger LOG = LoggerFactory.getLogger(Subscribers.class);

  private final Stock stock;
  private final Surroundings around;
  private final Runnable emptied;
  private final List<Local> all = new ArrayList<>();
  private final Queue<Numbered> deliveries = new ArrayDeque<>();
  private boolean delivering;

  /**
   * Nobody yet.
   *
   * @param emptied called when the last one has gone
   */
  Subscribers(Stock stock, Runnable emptied) {
    this.stock = stock;
    this.around = stock.around();
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
    return all.stream().filter(Local::isActive).toList();
  }

  /** Adds one, to be confirmed in time; or says why not. */
  void add(Subscriber subscriber, SubscribeOptions options, Consumer<Result<Subscription>> done) {
    if (all.size() >= around.config().maxSubscribers()) {
      later(
          () ->
              done.accept(
                  Result.failed(
                      Failure.Kind.OVERLOADED,
                      "too many subscribers of " + stock.topic() + " on this node")));
      return;
    }
    Local local = new Local(subscriber, options, done);
    all.add(local);
    local.waitToBeConfirmed();
  }

  /**
   * The node is connected: whoever waits is confirmed, as soon as it is known where it begins.
   *
   * @param last what comes after this number comes here
   */
  void connected(long last) {
    for (Local local : List.copyOf(all)) {
      local.connected(last);
    }
  }

  private void later(Runnable callback) {
    around.world().after(Duration.ZERO, callback);
  }

  private void remove(Local local) {
    if (all.remove(local) && all.isEmpty()) {
      emptied.run();
    }
  }

  /**
   * A message has come, for everyone. What a subscriber publishes from within waits its turn, so
   * that all see one order.
   */
  void deliver(Numbered message) {
    deliveries.add(message);
    if (delivering) {
      return;
    }
    delivering = true;
    for (Numbered next = deliveries.poll(); next != null; next = deliveries.poll()) {
      for (Local local : List.copyOf(all)) {
        local.cursor.came(next);
      }
    }
    delivering = false;
  }

  /** Some messages will not come here: whoever waits for them looks for them elsewhere. */
  void advance() {
    List.copyOf(all).forEach(local -> local.cursor.advance());
  }

  /** The ledger has lost what came after {@code last}. */
  void rewind(long last) {
    all.forEach(local -> local.cursor.rewind(last));
  }

  void checkInvariants() {
    all.forEach(local -> local.cursor.checkInvariants());
  }

  /** One subscriber. */
  final class Local implements Subscription {
    private final Subscriber subscriber;
    private final SubscribeOptions options;
    private final Cursor cursor;
    private final @Nullable Durable durable;
    private @Nullable Waiting waiting;
    private boolean cancelled;
    private int inHand;

    private Local(
        Subscriber subscriber, SubscribeOptions options, Consumer<Result<Subscription>> done) {
      this.subscriber = subscriber;
      this.options = options;
      this.durable = options.durable().map(this::durable).orElse(null);
      Runnable settled = durable == null ? () -> {} : durable::progress;
      this.cursor = new Cursor(stock, subscriber, options, settled, this::cutOff);
      this.waiting = new Waiting(done);
    }

    private Durable durable(String name) {
      return new Durable(around, stock.topic(), name, this::settled, this::cutOff);
    }

    Subscriber subscriber() {
      return subscriber;
    }

    boolean isCancelled() {
      return cancelled;
    }

    int inHand() {
      return inHand;
    }

    /** An anycast was offered to it, 1, or it has decided on one, -1. */
    void inHand(int change) {
      inHand += change;
    }

    private boolean isActive() {
      return waiting == null;
    }

    private void waitToBeConfirmed() {
      Waiting now = waiting;
      if (now != null) {
        now.patience = around.world().after(around.config().subscribeTimeout(), this::giveUp);
      }
    }

    private void giveUp() {
      Waiting ending = waiting;
      if (ending != null) {
        end(() -> {});
        ending.done.accept(
            Result.failed(
                Failure.Kind.TIMEOUT,
                "no way to the root of " + stock.topic() + " and its messages in time"));
      }
    }

    private void connected(long last) {
      Waiting now = waiting;
      if (now != null && !now.isBeginning) {
        now.isBeginning = true;
        begin(last, now);
      }
    }

    private void begin(long last, Waiting now) {
      Durable taking = durable;
      Start from = options.from();
      if (taking == null) {
        cursor.place(from, last, () -> placed(now));
      } else {
        Runnable take = () -> taking.take(() -> placed(now));
        taking.find(place -> cursor.place(startAt(place), last, take));
      }
    }

    private Start startAt(Optional<Long> place) {
      boolean isToBe = options.from() instanceof Start.Resume;
      return isToBe || place.isEmpty() ? options.from() : new Start.After(place.get());
    }

    private void placed(Waiting now) {
      now.stop();
      waiting = null;
      later(() -> confirm(now.done));
    }

    private void confirm(Consumer<Result<Subscription>> done) {
      done.accept(Result.ok(this));
      cursor.open();
    }

    /** It has not kept up. */
    private void cutOff(Failure why) {
      end(() -> {});
      later(() -> tellEnd(why));
    }

    private void tellEnd(Failure why) {
      try {
        subscriber.ended(why);
      } catch (RuntimeException thrown) {
        around.counters().failing++;
        LOG.warn("a subscriber of {} threw when its subscription ended", stock.topic(), thrown);
      }
    }

    private void end(Runnable ended) {
      if (durable == null || cancelled) {
        later(ended);
      } else {
        durable.close(ended);
      }
      cancelled = true;
      cursor.close();
      if (waiting != null) {
        waiting.stop();
        waiting = null;
      }
      remove(this);
    }

    @Override
    public long next() {
      return cursor.next();
    }

    @Override
    public long settled() {
      return cursor.doneUpTo();
    }

    @Override
    public void cancel(Runnable ended) {
      end(ended);
    }
  }

  /** What there is of a subscriber until it is confirmed. */
  private static final class Waiting {
    private final Consumer<Result<Subscription>> done;
    private @Nullable Timer patience;
    private boolean isBeginning;

    private Waiting(Consumer<Result<Subscription>> done) {
      this.done = done;
    }

    private void stop() {
      if (patience != null) {
        patience.cancel();
        patience = null;
      }
    }
  }
}
