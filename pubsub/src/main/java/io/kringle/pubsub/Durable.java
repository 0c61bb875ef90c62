package io.kringle.pubsub;

import io.kringle.pubsub.TopicMessage.TakenOver;
import io.kringle.replication.Ledgers;
import io.kringle.replication.Records;
import io.kringle.replication.Retention;
import io.kringle.ring.Failure;
import io.kringle.ring.Id;
import io.kringle.ring.Result;
import io.kringle.ring.Timer;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How one subscriber takes a durable subscription, keeps its place, and loses it again.
 *
 * <p>What is promised:
 *
 * <ol>
 *   <li>The place is written when the subscriber is done with {@value #EVERY} messages more, once a
 *       second if it is done with any, and when it goes; and before it is confirmed.
 *   <li>Whoever takes the subscription next, on whatever node, begins after the place written last.
 *       So after a crash those messages come again that the subscriber was done with since, with
 *       their numbers, in order; and none is lost, but for what the topic does not keep any more,
 *       which is told.
 *   <li>Whoever takes it last holds it. The former one is told by the next one; if it does not hear
 *       that, it finds out when it writes its place next, and when it has nothing to write within
 *       {@value #LOOK_EVERY} seconds. Until then both get messages.
 * </ol>
 *
 * <p>Invariants: a place that was written is never ahead of what the subscriber is done with. One
 * item is being written at a time, but for the last.
 */
final class Durable {
  private static final int EVERY = 256;
  private static final int LOOK_EVERY = 30;
  private static final Duration TICK = Duration.ofSeconds(1);

  /** Until something that failed is tried again. */
  private static final Duration PAUSE = Duration.ofMillis(500);

  /** Some marks, so that a former holder that writes once more finds the one that took it. */
  private static final Retention MARKS = new Retention(8, 1 << 16, Records.LONGEST_LIFE);

  private final Surroundings around;
  private final String topic;
  private final String name;
  private final Id ledger;
  private final LongSupplier place;
  private final Consumer<Failure> lost;
  private Standing found = new Standing(0, 0, Optional.empty(), Optional.empty());
  private @Nullable Timer timer;

  /** The item by which it was taken; 0: it was not. */
  private long term;

  /** The last item that is known of. */
  private long seen;

  /** The place that was written last. */
  private long kept;

  private int idleTicks;
  private boolean isWriting;
  private boolean isClosed;

  /**
   * One that was not taken.
   *
   * @param place everything up to this number its subscriber is done with
   * @param lost told why, once, when it is another's
   */
  Durable(
      Surroundings around, String topic, String name, LongSupplier place, Consumer<Failure> lost) {
    this.around = around;
    this.topic = topic;
    this.name = name;
    this.ledger = Durables.ledger(topic, name);
    this.place = place;
    this.lost = lost;
  }

  Id ledger() {
    return ledger;
  }

  long term() {
    return term;
  }

  // ---- taking

  /**
   * Finds the place, for as long as it takes.
   *
   * @param then told it, or that there is none yet; never once this is closed
   */
  void find(Consumer<Optional<Long>> then) {
    read(
        standing -> {
          found = standing;
          then.accept(standing.place());
        },
        () -> find(then));
  }

  /**
   * Takes the subscription, for as long as it takes.
   *
   * @param taken called when its subscriber holds it; never once this is closed
   */
  void take(Runnable taken) {
    if (found.place().isPresent()) {
      append(taken);
      return;
    }
    around
        .ledgers()
        .retain(
            ledger,
            MARKS,
            around.config().publishTimeout(),
            retained -> {
              if (retained.isOk()) {
                append(taken);
              } else {
                again(() -> take(taken));
              }
            });
  }

  private void append(Runnable taken) {
    if (isClosed) {
      return;
    }
    long now = place.getAsLong();
    write(
        new Mark(Mark.TAKING, now, around.self()),
        sequence -> {
          if (!isClosed) {
            took(sequence, now);
            taken.run();
          }
        },
        () -> again(() -> append(taken)));
  }

  private void took(long sequence, long at) {
    term = sequence;
    seen = sequence;
    kept = at;
    around.durables().hold(this);
    found.holder().ifPresent(peer -> around.tell(peer, new TakenOver(topic, name, term)));
    timer = around.world().after(TICK, this::tick);
  }

  private void again(Runnable attempt) {
    around
        .world()
        .after(
            PAUSE,
            () -> {
              if (!isClosed) {
                attempt.run();
              }
            });
  }

  // ---- keeping

  /** The subscriber is done with something more. */
  void progress() {
    if (place.getAsLong() - kept >= EVERY) {
      keep();
    }
  }

  private void tick() {
    timer = around.world().after(TICK, this::tick);
    if (place.getAsLong() != kept) {
      keep();
    } else if (++idleTicks >= LOOK_EVERY) {
      look();
    }
  }

  private void keep() {
    if (term == 0 || isWriting || isClosed) {
      return;
    }
    isWriting = true;
    idleTicks = 0;
    long now = place.getAsLong();
    write(
        new Mark(term, now, around.self()),
        sequence -> {
          isWriting = false;
          kept = now;
          boolean wasAlone = sequence == seen + 1;
          seen = sequence;
          if (!wasAlone && !isClosed) {
            look();
          }
        },
        () -> isWriting = false);
  }

  /** Whether it is another's meanwhile. */
  private void look() {
    idleTicks = 0;
    read(
        standing -> {
          seen = Math.max(seen, standing.last());
          if (standing.place().isEmpty() || standing.term() > term) {
            lose();
          }
        },
        () -> {});
  }

  /** Somebody has taken it by the item of this number. */
  void takenOver(long by) {
    if (by > term && !isClosed) {
      lose();
    }
  }

  private void lose() {
    stop();
    lost.accept(Durables.lost(topic, name));
  }

  private void stop() {
    isClosed = true;
    around.durables().letGo(this);
    if (timer != null) {
      timer.cancel();
    }
  }

  /**
   * The subscriber goes; its place is written a last time.
   *
   * @param done called when that is over, well or not
   */
  void close(Runnable done) {
    boolean isToWrite = !isClosed && term != 0 && place.getAsLong() != kept;
    Mark last = new Mark(term, place.getAsLong(), around.self());
    stop();
    if (isToWrite) {
      write(last, sequence -> done.run(), done);
    } else {
      around.world().after(Duration.ZERO, done);
    }
  }

  // ---- the ledger

  private void read(Consumer<Standing> then, Runnable otherwise) {
    around
        .ledgers()
        .read(
            ledger,
            0,
            around.config().publishTimeout(),
            page -> {
              if (isClosed) {
                return;
              }
              if (page instanceof Result.Ok<Ledgers.Page> ok) {
                then.accept(Standing.of(ok.value()));
              } else {
                again(otherwise);
              }
            });
  }

  private void write(Mark mark, LongConsumer then, Runnable otherwise) {
    around
        .ledgers()
        .append(
            ledger,
            mark.encode(),
            around.config().publishTimeout(),
            appended -> {
              if (appended instanceof Result.Ok<Ledgers.Appended> ok) {
                then.accept(ok.value().sequence());
              } else {
                otherwise.run();
              }
            });
  }
}
