package io.kringle.pubsub;

import io.kringle.pubsub.Messaging.Event;
import io.kringle.pubsub.Messaging.Missed;
import io.kringle.pubsub.Messaging.Subscriber;
import io.kringle.pubsub.SubscribeOptions.Start;
import io.kringle.pubsub.SubscribeOptions.WhenSlow;
import io.kringle.replication.Ledgers;
import io.kringle.ring.Failure;
import io.kringle.ring.Result;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How far one subscriber is in its topic, and how it gets further.
 *
 * <p>It is handed the messages from {@link #next} on, one after the other, as long as it has room:
 * those that the node remembers from there, others from pages of the topic's ledger. So there is
 * one way for who starts in the past, for who was slow, and for who keeps up; and between ledger
 * and live flow there is no moment at which one ends and the other begins.
 *
 * <p>Invariants:
 *
 * <ol>
 *   <li>{@code next} only grows, but for a ledger that has lost its end. A message is handed over
 *       when {@code next} is its number, and by that {@code next} becomes a higher one: so in
 *       order, and none twice.
 *   <li>Where {@code next} grows otherwise, what lies between is missed: {@code [missedFrom, next)}
 *       is told before the next message.
 *   <li>What was handed over, and it is not done with, is within {@link SubscribeOptions}; at most
 *       one page is kept beyond that, within the bound of {@link Pages}.
 *   <li>Who has caught up, and is done with all it was handed, keeps nothing.
 * </ol>
 */
final class Cursor {
  private static final Logger LOG = LoggerFactory.getLogger(Cursor.class);

  /** Until a page that could not be read, or had nothing new, is asked for again. */
  private static final Duration PAUSE = Duration.ofMillis(500);

  private static final long NONE = -1;

  private final Stock stock;
  private final Subscriber subscriber;
  private final SubscribeOptions options;
  private final Runnable settled;
  private final Consumer<Failure> cutOff;
  private final Outstanding outstanding = new Outstanding();
  private final OpenPage page;
  private final Assembly assembly;

  /** The number of the next message that it is to get. */
  private long next;

  /** The first number that it has missed and was not told of, or {@link #NONE}. */
  private long missedFrom = NONE;

  private boolean isOpen;
  private boolean isClosed;
  private boolean isReading;
  private boolean isAdvancing;
  private boolean hasCaughtUp;

  /**
   * One that has not begun.
   *
   * @param settled called when the subscriber is done with something
   * @param cutOff told why, once, if the subscription ends because the subscriber is slow
   */
  Cursor(
      Stock stock,
      Subscriber subscriber,
      SubscribeOptions options,
      Runnable settled,
      Consumer<Failure> cutOff) {
    this.stock = stock;
    this.subscriber = subscriber;
    this.options = options;
    this.settled = settled;
    this.cutOff = cutOff;
    this.page = new OpenPage(stock.around().pages());
    this.assembly = new Assembly(stock, subscriber instanceof PassesOn);
  }

  // ---- beginning and end

  /**
   * Finds out where to begin, for as long as it takes.
   *
   * @param from where it is to be
   * @param last what comes after this number is not missed from now on
   * @param placed called when it has; never if it is closed meanwhile
   */
  void place(Start from, long last, Runnable placed) {
    if (from instanceof Start.Now) {
      next = last + 1;
      placed.run();
    } else if (from instanceof Start.After after) {
      placeAfter(Optional.of(after.sequence()), placed);
    } else if (from instanceof Start.Resume after) {
      placeAfter(Optional.of(after.sequence()), placed);
    } else {
      placeAfter(Optional.empty(), placed);
    }
  }

  private void placeAfter(Optional<Long> given, Runnable placed) {
    if (!isClosed) {
      stock.read(given.orElse(0L), page -> placeBy(page, given, placed));
    }
  }

  private void placeBy(Result<Ledgers.Page> result, Optional<Long> given, Runnable placed) {
    if (isClosed) {
      return;
    }
    if (result instanceof Result.Ok<Ledgers.Page> ok) {
      Ledgers.Page first = ok.value();
      next = given.map(after -> Math.min(after, first.last()) + 1).orElse(first.first());
      take(first);
      page.keep();
      placed.run();
    } else {
      stock.around().world().after(PAUSE, () -> placeAfter(given, placed));
    }
  }

  /** Begins, where it was placed. */
  void open() {
    isOpen = !isClosed;
    advance();
  }

  /** The number of the next message that it is to get. */
  long next() {
    return next;
  }

  /** The subscriber is done with everything up to this number, as far as it got it at all. */
  long doneUpTo() {
    return outstanding.first(missedFrom == NONE ? next : missedFrom) - 1;
  }

  /** Nothing is handed over from now on. */
  void close() {
    isOpen = false;
    isClosed = true;
    page.close();
    assembly.drop();
    outstanding.clear();
  }

  /** The ledger has lost what came after {@code last}, and those numbers come again. */
  void rewind(long last) {
    next = Math.min(next, last + 1);
    missedFrom = Math.min(missedFrom, next);
    page.close();
  }

  // ---- going on

  /** A message has come; those before it had. */
  void came(Numbered message) {
    advance();
    if (isOpen
        && next <= message.sequence()
        && hasCaughtUp
        && options.whenSlow() != WhenSlow.BLOCK) {
      boundWaiting();
    }
  }

  /** Hands over what there is, as long as there is room. */
  void advance() {
    if (isAdvancing) {
      return;
    }
    isAdvancing = true;
    boolean goesOn = isOpen;
    while (goesOn) {
      Optional<Numbered> message = find();
      boolean hasRoom = outstanding.hasRoom(options, message.map(assembly::size).orElse(0));
      if (hasRoom) {
        tellMissed();
      }
      goesOn = message.isPresent() && hasRoom && isOpen && isWhole(message.get());
      if (goesOn) {
        hand(message.get());
        goesOn = isOpen;
      }
    }
    isAdvancing = false;
    readIfBehind();
  }

  /** The next message, from wherever it is at hand. */
  private Optional<Numbered> find() {
    Optional<Numbered> large = assembly.find(next);
    if (large.isPresent()) {
      return large;
    }
    Optional<Numbered> remembered = stock.remembered(next);
    if (remembered.isPresent()) {
      page.close();
      return remembered;
    }
    return page.find(next);
  }

  /** If not, its pieces are read, and it goes on then. */
  private boolean isWhole(Numbered message) {
    boolean isManifest = assembly.isManifest(message);
    if (isManifest) {
      assembly.begin(message, this::advance, () -> pieceIsGone(message.sequence()), this::advance);
    }
    return !isManifest;
  }

  private void pieceIsGone(long sequence) {
    if (isOpen && next == sequence) {
      miss(sequence + 1);
    }
    advance();
  }

  /**
   * A subscriber that throws is the application's matter; the node and the other subscribers go on.
   */
  private void hand(Numbered message) {
    next = message.sequence() + 1;
    stock.around().counters().delivered++;
    assembly.drop();
    Handed handed = new Handed(this, message.sequence(), message.payload().size());
    outstanding.add(handed);
    try {
      Event event = new Event(stock.topic(), message.sequence(), message.payload());
      subscriber.received(event, handed);
    } catch (RuntimeException thrown) {
      stock.around().counters().failing++;
      LOG.warn("a subscriber of {} threw at message {}", stock.topic(), message.sequence(), thrown);
      handed.run();
    }
  }

  /** The subscriber is done with something. */
  void done() {
    outstanding.settle();
    settled.run();
    advance();
  }

  // ---- reading

  private void readIfBehind() {
    boolean isBehind = next <= stock.last();
    hasCaughtUp = hasCaughtUp || isOpen && !isBehind && page.isEmpty();
    boolean isAtHand = !page.isEmpty() || stock.remembered(next).isPresent();
    if (isOpen && isBehind && !isAtHand && !isReading && outstanding.hasRoom(options, 0)) {
      isReading = true;
      stock.read(next - 1, this::read);
    }
  }

  private void read(Result<Ledgers.Page> result) {
    if (!isOpen) {
      isReading = false;
      return;
    }
    long before = next;
    if (result instanceof Result.Ok<Ledgers.Page> ok) {
      take(ok.value());
    }
    boolean isFurther = next > before || !page.isEmpty();
    if (isFurther) {
      isReading = false;
      advance();
      page.keep();
    } else {
      stock.around().world().after(PAUSE, this::readAgain);
    }
  }

  private void readAgain() {
    isReading = false;
    advance();
  }

  private void take(Ledgers.Page some) {
    if (some.first() > next) {
      miss(some.first());
    }
    page.open(some, next);
  }

  // ---- missing something

  private void miss(long upTo) {
    stock.around().counters().skipped += upTo - next;
    missedFrom = missedFrom == NONE ? next : missedFrom;
    next = upTo;
  }

  private void tellMissed() {
    if (missedFrom != NONE) {
      Missed missed = new Missed(stock.topic(), missedFrom, next - missedFrom);
      missedFrom = NONE;
      try {
        subscriber.missed(missed);
      } catch (RuntimeException thrown) {
        stock.around().counters().failing++;
        LOG.warn("a subscriber of {} threw when it was told {}", stock.topic(), missed, thrown);
      }
    }
  }

  /** Of one who could take more, nothing waits but for a page that is being read. */
  private void boundWaiting() {
    long first = next;
    while (!isReading && !assembly.isUnderWay() && isTooFarBehind(first)) {
      first = Math.max(first + 1, stock.base() + 1);
    }
    if (first == next) {
      return;
    }
    if (options.whenSlow() == WhenSlow.DROP_OLDEST) {
      miss(first);
      return;
    }
    String who = "a subscriber of " + stock.topic() + " that is not done with message ";
    cutOff.accept(
        Failure.of(
            Failure.Kind.OVERLOADED,
            who + outstanding.first(next) + " when " + stock.last() + " comes is too slow"));
  }

  private boolean isTooFarBehind(long from) {
    return from <= stock.base()
        || stock.last() - from >= options.bufferMessages()
        || from < stock.last() && stock.bytesFrom(from) > options.bufferBytes();
  }

  void checkInvariants() {
    outstanding.checkInvariants(options);
    if (missedFrom > next || isOpen && isClosed || isClosed && !page.isEmpty()) {
      throw new IllegalStateException(
          stock.topic() + ": next is " + next + ", missed from " + missedFrom + " on");
    }
  }
}
