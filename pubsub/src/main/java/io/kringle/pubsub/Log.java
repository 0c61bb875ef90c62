package io.kringle.pubsub;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/**
 * What one node has of a topic: a prefix without gaps from where it began, of which it remembers
 * the end; and messages that came too early and wait for those before them.
 *
 * <p>Each message names the one before it, so a gap shows even from one root to the next. Messages
 * are taken in order, each number once; a message that was numbered again by a new root is taken
 * again, but said to be a repetition.
 */
final class Log {
  private final Surroundings around;
  private final BiConsumer<Numbered, Boolean> taken;
  private final History history;
  private final Remembered ids;
  private final TreeMap<Long, Numbered> early = new TreeMap<>();
  private long last = Sequence.UNSET;

  /**
   * An empty one.
   *
   * @param taken called for each message in order, with whether its id is new
   */
  Log(Surroundings around, BiConsumer<Numbered, Boolean> taken) {
    TopicsConfig config = around.config();
    this.around = around;
    this.taken = taken;
    this.history = new History(config.historyMessages(), config.historyBytes());
    this.ids =
        new Remembered(config.remembered(), config.historyMessages(), config.rememberedFor());
  }

  /** The last number before the first gap, or {@link Sequence#UNSET} if it has not begun. */
  long last() {
    return last;
  }

  boolean hasBegun() {
    return last != Sequence.UNSET;
  }

  /** Whether messages wait for an earlier one that has not come. */
  boolean hasGap() {
    return hasBegun() && !early.isEmpty();
  }

  History history() {
    return history;
  }

  Remembered ids() {
    return ids;
  }

  /** Begins: whatever comes after {@code sequence} is wanted. */
  void begin(long sequence) {
    last = sequence;
    history.startAfter(sequence);
    drain();
  }

  /** Takes a message in, now or when those before it have come; what came before is ignored. */
  void offer(Numbered message) {
    if (message.sequence() <= last) {
      around.counters().repeated++;
      return;
    }
    early.put(message.sequence(), message);
    drain();
    if (early.size() > around.config().historyMessages()) {
      early.pollLastEntry();
    }
  }

  /** Gives up on what is missing up to {@code sequence}. */
  void skipTo(long sequence) {
    if (hasBegun() && sequence > last) {
      around.counters().lost++;
      last = sequence;
      drain();
    }
  }

  /** Gives up on every gap. */
  void closeGaps() {
    while (hasGap()) {
      skipTo(early.firstEntry().getValue().previous());
    }
  }

  /** As the root: adds the next message. */
  void append(Numbered message) {
    take(message);
  }

  /**
   * As the root: takes back the numbers after {@code sequence}; their messages are returned, to be
   * numbered anew.
   */
  List<Numbered> cutAfter(long sequence) {
    last = sequence;
    return history.cutAfter(sequence);
  }

  private void drain() {
    if (!hasBegun()) {
      return;
    }
    List<Numbered> ready = new ArrayList<>();
    long reached = last;
    Map.Entry<Long, Numbered> next = early.firstEntry();
    while (next != null && next.getValue().previous() <= reached) {
      early.pollFirstEntry();
      if (next.getKey() > reached) {
        ready.add(next.getValue());
        reached = next.getKey();
      }
      next = early.firstEntry();
    }
    ready.forEach(this::take);
  }

  private void take(Numbered message) {
    last = message.sequence();
    history.add(message);
    boolean fresh = ids.add(message.id(), message.sequence(), around.world().now());
    taken.accept(message, fresh);
  }

  void checkInvariants() {
    history.checkInvariants();
    if (hasBegun() && !early.isEmpty() && early.firstEntry().getValue().previous() <= last) {
      throw new IllegalStateException(
          "message " + early.firstKey() + " waits although " + last + " has been taken");
    }
  }
}
