package io.kringle.node;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Supplier;

/**
 * The messages that a subscriber was handed, and those of them that it is not done with: another
 * stack begins before these, so that it does not take them for done, and does not hand them over
 * again. They are at most as many as the subscriber may be handed.
 */
final class InHand {
  private final ConcurrentNavigableMap<Long, CompletableFuture<Void>> unfinished =
      new ConcurrentSkipListMap<>();

  /** The number of the next message; written in steps of the node only. 0: not known yet. */
  private volatile long next;

  boolean hasBegun() {
    return next != 0;
  }

  /** This one comes next, unless a later one is known to. */
  void begin(long sequence) {
    next = Math.max(next, sequence);
  }

  /**
   * Messages that do not come.
   *
   * @return the first of them that was not handed over before
   */
  long skip(long from, long end) {
    long first = Math.max(from, next);
    begin(end);
    return first;
  }

  /** Whether this message was handed over, or passed over, before. */
  boolean isPast(long sequence) {
    return sequence < next;
  }

  /** The number of the last message before which nothing is in hand. */
  long settled() {
    // In this order: what is finished in between is below what comes next.
    long upcoming = next;
    var lowest = unfinished.firstEntry();
    return (lowest == null ? upcoming : Math.min(upcoming, lowest.getKey())) - 1;
  }

  /**
   * Hands a message over, unless it was already.
   *
   * @param hand begins to, and completes when the subscriber is done with it
   * @param done told once of that, on whatever thread
   */
  void take(long sequence, Supplier<CompletionStage<?>> hand, Runnable done) {
    if (isPast(sequence)) {
      CompletableFuture<Void> under = unfinished.get(sequence);
      if (under == null) {
        done.run();
      } else {
        var unused = under.thenRun(done);
      }
      return;
    }
    CompletableFuture<Void> taken = new CompletableFuture<>();
    unfinished.put(sequence, taken);
    next = sequence + 1;
    hand.get()
        .whenComplete(
            (ok, bad) -> {
              unfinished.remove(sequence);
              taken.complete(null);
              done.run();
            });
  }
}
