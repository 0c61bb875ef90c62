package io.kringle.replication;

import io.kringle.ring.Peer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * How far one member is, as its daddy sees it.
 *
 * <p>Invariant: match &lt; next; while {@code probing}, at most one message with entries is under
 * way.
 */
final class Progress {
  static final long FIRST_PATIENCE = Duration.ofMillis(300).toNanos();
  private static final long LAST_PATIENCE = Duration.ofSeconds(2).toNanos();
  private static final int WINDOW = 16;

  final Peer peer;

  /** Highest index that is known to be durable there. */
  long match;

  /** Index that is sent next. */
  long next;

  /** What it knows, and what it was told, to be committed. */
  long knownCommit;

  long toldCommit;

  /** Latest round of confirming leadership that it answered, and that it was asked. */
  long answeredRound;

  long askedRound;
  long heardAt;
  long sentAt;
  long patience = FIRST_PATIENCE;

  /** Whether its disk takes more values. */
  boolean hasRoom = true;

  /** The next index is a guess. */
  boolean probing = true;

  Optional<Outgoing> snapshot = Optional.empty();

  /** It has got its records, but not yet the log that goes with them. */
  boolean catchingUp;

  private final Deque<Long> underWay = new ArrayDeque<>();

  Progress(Peer peer, long next, long now) {
    this.peer = peer;
    this.next = next;
    this.heardAt = now;
    this.sentAt = now;
  }

  boolean hasWindow() {
    return underWay.size() < (probing ? 1 : WINDOW);
  }

  void sent(long last) {
    underWay.add(last);
    next = last + 1;
  }

  void accepted(long index) {
    match = Math.max(match, index);
    next = Math.max(next, match + 1);
    while (!underWay.isEmpty() && underWay.peekFirst() <= match) {
      underWay.removeFirst();
    }
    if (probing) {
      probing = false;
      underWay.clear();
      next = match + 1;
    }
  }

  void endSnapshot() {
    snapshot.ifPresent(Outgoing::end);
    snapshot = Optional.empty();
  }

  /**
   * The log after this index is needed.
   *
   * @param inherited what is needed by those of whom nothing is known
   */
  long needed(long inherited) {
    if (snapshot.isPresent()) {
      return snapshot.get().needed(inherited);
    }
    if (match == 0) {
      return inherited;
    }
    return catchingUp ? match : Long.MAX_VALUE;
  }

  /** Begins again from {@code index}, one message at a time, until one is accepted. */
  void probeFrom(long index) {
    probing = true;
    underWay.clear();
    next = Math.max(match + 1, index);
  }

  void heard(long now) {
    heardAt = now;
    patience = FIRST_PATIENCE;
  }

  /** Waits longer next time; whether it has waited for as long as it ever does. */
  boolean lostPatience() {
    patience = Math.min(LAST_PATIENCE, 2 * patience);
    return patience == LAST_PATIENCE;
  }
}
