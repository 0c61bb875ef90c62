package io.kringle.pubsub;

import io.kringle.replication.Ledgers;
import io.kringle.replication.Retention;
import io.kringle.ring.Bytes;
import io.kringle.ring.Failure;
import io.kringle.ring.Id;
import io.kringle.ring.Result;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * A group's place, and its ledger, in which the last few places are kept.
 *
 * <p>A place is only ever written after the last one that its writer knows. Where that is not the
 * last any more, somebody else has written meanwhile: then its writer is dispatcher no more, writes
 * nothing further, and nobody is told that anything is recorded.
 *
 * <p>Invariants: {@link #written} is never above {@link #low}; whoever waits for something to be
 * written is told once that it is, or that it may not be. One place is written at a time, and not
 * more often than every {@link #PAUSE}; so what is acknowledged meanwhile goes together.
 */
final class GroupLedger {
  private static final Duration PAUSE = Duration.ofMillis(20);

  /** A group that nobody takes part in for years is still where it was. */
  private static final Retention KEEP = new Retention(8, 1 << 20, Duration.ofDays(36_000));

  private static final Result<Long> STALE =
      Result.failed(Failure.Kind.UNAVAILABLE, "another dispatcher has written its place");

  private final Surroundings around;
  private final Id ledger;
  private final TreeSet<Long> done = new TreeSet<>();
  private List<Consumer<Result<Long>>> waiting = new ArrayList<>();

  /** What the topic does not keep any more: first and last number. */
  private final TreeMap<Long, Long> gaps = new TreeMap<>();

  /** The number of the ledger's last item, as far as this node has written it or read it. */
  private long sequence;

  private long low;
  private long written;
  private boolean isStale;
  private boolean isDirty;
  private boolean isWriting;

  GroupLedger(Surroundings around, GroupName name) {
    this.around = around;
    this.ledger = name.ledger();
  }

  /**
   * Reads the last place.
   *
   * @return a failure if the replica here is damaged, or the place is of a form that is not known
   *     here; else the place, if there is one
   */
  Result<Optional<Place>> read() {
    Optional<Bytes> last = Optional.empty();
    Optional<Ledgers.Page> page = around.ledgers().readHere(ledger, sequence);
    while (page.filter(some -> !some.items().isEmpty()).isPresent()) {
      for (Ledgers.Item item : page.get().items()) {
        sequence = item.sequence();
        last = Optional.of(item.payload());
      }
      page = around.ledgers().readHere(ledger, sequence);
    }
    Optional<Place> place = last.flatMap(Place::of);
    boolean isRead = page.filter(some -> sequence == some.last()).isPresent();
    if (!isRead || place.isEmpty() && sequence > 0) {
      return Result.failed(Failure.Kind.UNAVAILABLE, "the place of a group cannot be read");
    }
    place.ifPresent(this::goOn);
    return Result.ok(place);
  }

  private void goOn(Place place) {
    low = place.low();
    written = low;
    done.addAll(place.done());
    advance();
  }

  /** Sets how much is kept, before anything is. */
  void create(Consumer<Result<Retention>> created) {
    around.ledgers().retain(ledger, KEEP, around.config().publishTimeout(), created);
  }

  /** A new group begins after this number. */
  void begin(long after) {
    low = after;
    isDirty = true;
  }

  /** The next place that is written says that somebody may have something in hand. */
  void reopen() {
    isDirty = true;
  }

  long low() {
    return low;
  }

  /** Whether a message may be handed to somebody, for whoever is dispatcher next to know. */
  boolean isInWindow(long sequence) {
    return sequence <= written + Place.WINDOW;
  }

  boolean isDone(long sequence) {
    return sequence <= low || done.contains(sequence);
  }

  /** It is acknowledged, or can't be handed to anybody any more; whether that is news. */
  boolean done(long sequence) {
    if (isDone(sequence) || sequence > low + Place.WINDOW) {
      return false;
    }
    done.add(sequence);
    isDirty = true;
    advance();
    return true;
  }

  /** These are not kept any more, and will not come. */
  void passOver(long from, long upTo) {
    gaps.put(from, upTo);
    isDirty = true;
    advance();
  }

  private void advance() {
    boolean goesOn = true;
    while (goesOn) {
      Map.Entry<Long, Long> gap = gaps.firstEntry();
      if (gap != null && gap.getKey() <= low + 1) {
        gaps.pollFirstEntry();
        low = Math.max(low, gap.getValue());
      } else {
        goesOn = done.contains(low + 1);
        low += goesOn ? 1 : 0;
      }
      done.headSet(low, true).clear();
    }
  }

  /** Sees to it that all of this is written; {@code told} is called in this step or a later one. */
  void write(boolean isQuiet, Consumer<Result<Long>> told) {
    if (isStale) {
      told.accept(STALE);
    } else if (isDirty || isWriting || isQuiet) {
      isDirty = true;
      waiting.add(told);
      append(isQuiet);
    } else {
      told.accept(Result.ok(sequence));
    }
  }

  private void append(boolean isQuiet) {
    if (isWriting) {
      return;
    }
    isWriting = true;
    isDirty = false;
    List<Consumer<Result<Long>>> told = waiting;
    waiting = new ArrayList<>();
    Place place = new Place(low, List.copyOf(done), isQuiet);
    around
        .ledgers()
        .appendAt(
            ledger,
            sequence + 1,
            place.toBytes(),
            around.config().publishTimeout(),
            result -> appended(place, result, told));
  }

  private void appended(
      Place place, Result<Ledgers.Appended> result, List<Consumer<Result<Long>>> told) {
    if (result.isOk()) {
      sequence++;
      written = Math.max(written, place.low());
    } else {
      isDirty = true;
      isStale = isRefused(result);
    }
    around.world().after(PAUSE, this::again);
    Result<Long> outcome = isStale ? STALE : result.map(Ledgers.Appended::sequence);
    told.forEach(each -> each.accept(outcome));
  }

  /**
   * Another node is dispatcher, or was and is late; or this one's own place was written when nobody
   * could tell.
   */
  private static boolean isRefused(Result<?> result) {
    return result instanceof Result.Failed<?> failed
        && failed.failure().kind() == Failure.Kind.REFUSED;
  }

  /** Whether this node is not the dispatcher any more, or has to find the place anew. */
  boolean isStale() {
    return isStale || !around.ledgers().leads(ledger);
  }

  private void again() {
    isWriting = false;
    if (isStale) {
      List<Consumer<Result<Long>>> told = waiting;
      waiting = new ArrayList<>();
      told.forEach(each -> each.accept(STALE));
    } else if (!waiting.isEmpty()) {
      append(false);
    }
  }

  void checkInvariants() {
    if (written > low || done.size() > Place.WINDOW || done.contains(low + 1)) {
      throw new IllegalStateException(
          "written " + written + ", done up to " + low + ", then " + done);
    }
  }
}
