package io.kringle.pubsub;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * What one node has of a topic: everything from where it began, of which it remembers the end; and
 * messages that came too early and wait for those before them. Messages are taken in order, each
 * once.
 */
final class Log {
  /** No number at all: of one who wants what comes from now on. */
  static final long UNSET = -1;

  private final Surroundings around;
  private final Consumer<Numbered> taken;
  private final History history;
  private final TreeMap<Long, Numbered> early = new TreeMap<>();
  private long last = UNSET;

  /**
   * An empty one.
   *
   * @param taken called for each message in order
   */
  Log(Surroundings around, Consumer<Numbered> taken) {
    TopicsConfig config = around.config();
    this.around = around;
    this.taken = taken;
    this.history = new History(config.historyMessages(), config.historyBytes());
  }

  /** The last number before the first gap, or {@link #UNSET} if it has not begun. */
  long last() {
    return last;
  }

  boolean hasBegun() {
    return last != UNSET;
  }

  /** Whether messages wait for an earlier one that has not come. */
  boolean hasGap() {
    return hasBegun() && !early.isEmpty();
  }

  History history() {
    return history;
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

  /** Gives up on what is missing up to {@code sequence}: it is not kept anywhere any more. */
  void skipTo(long sequence) {
    if (hasBegun() && sequence > last) {
      around.counters().lost += sequence - last;
      last = sequence;
      history.startAfter(sequence);
      drain();
    }
  }

  private void drain() {
    early.headMap(last, true).clear();
    Map.Entry<Long, Numbered> next = early.firstEntry();
    while (hasBegun() && next != null && next.getKey() == last + 1) {
      early.pollFirstEntry();
      last++;
      history.add(next.getValue());
      taken.accept(next.getValue());
      next = early.firstEntry();
    }
  }

  void checkInvariants() {
    history.checkInvariants();
    if (hasBegun() && !early.isEmpty() && early.firstKey() <= last + 1) {
      throw new IllegalStateException(
          "message " + early.firstKey() + " waits although " + last + " has been taken");
    }
  }
}
