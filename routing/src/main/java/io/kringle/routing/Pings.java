package io.kringle.routing;

import io.kringle.ring.Peer;
import io.kringle.ring.RingView;
import io.kringle.ring.World;
import io.kringle.routing.RoutingMessage.Ping;
import io.kringle.routing.RoutingMessage.RowRequest;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * Asks peers whether they live, or for a row of theirs, and takes the time. A peer that does not
 * answer is asked once more; it may have been the network that lost the question.
 *
 * <p>Invariants: at most {@value #MAX} at a time, each another question; each waits for its
 * timeout.
 */
final class Pings {
  /** What is to be asked beyond is left out. */
  static final int MAX = 64;

  /** No row: the question is just a ping. */
  private static final int NO_ROW = -1;

  private static final long TIMEOUT = Duration.ofSeconds(2).toNanos();
  private static final int TRIES = 2;

  private final World world;
  private final RingView ring;
  private final Deadlines deadlines;
  private final Sequence sequences;
  private final Outcome outcome;
  private final Map<Long, Pinged> bySequence = new LinkedHashMap<>();
  private final Set<Question> asked = new LinkedHashSet<>();

  private record Question(Peer peer, int row) {}

  /** What came of it. */
  interface Outcome {
    /** The peer lives, and is so far away, there and back. */
    void answered(Peer peer, long nanos);

    /** Nothing was heard of it. */
    void silent(Peer peer);
  }

  Pings(World world, RingView ring, Deadlines deadlines, Sequence sequences, Outcome outcome) {
    this.world = world;
    this.ring = ring;
    this.deadlines = deadlines;
    this.sequences = sequences;
    this.outcome = outcome;
  }

  /** Asks a peer, unless it is known to be dead or being asked, or too many are. */
  void ask(Peer peer) {
    askForRow(peer, NO_ROW);
  }

  /** The same, and have it tell of the peers in one of its rows. */
  void askForRow(Peer peer, int row) {
    Question question = new Question(peer, row);
    boolean isSelf = peer.id().equals(ring.self().id());
    boolean isPossible = !isSelf && !ring.isFailed(peer.id()) && asked.size() < MAX;
    if (isPossible && !asked.contains(question)) {
      ask(question, 1);
    }
  }

  private void ask(Question question, int attempt) {
    Pinged ping = new Pinged(sequences.next(), question, world.now(), attempt);
    if (world.send(question.peer, message(ping))) {
      bySequence.put(ping.sequence, ping);
      asked.add(question);
      deadlines.set(ping, TIMEOUT);
    }
  }

  private static RoutingMessage message(Pinged ping) {
    int row = ping.question.row;
    return row == NO_ROW ? new Ping(ping.sequence) : new RowRequest(ping.sequence, row);
  }

  /** Ends a ping, if this was one. */
  void acknowledged(Peer from, long sequence) {
    Pinged ping = bySequence.get(sequence);
    if (ping != null && ping.question.peer.id().equals(from.id())) {
      end(ping);
      deadlines.cancel(ping);
      outcome.answered(from, world.now() - ping.at);
    }
  }

  private void end(Pinged ping) {
    bySequence.remove(ping.sequence);
    asked.remove(ping.question);
  }

  void checkInvariants() {
    Invariant.holds(bySequence.size() <= MAX, "pings are bounded");
    Invariant.holds(bySequence.size() == asked.size(), "a question is asked once at a time");
    for (Pinged ping : bySequence.values()) {
      Invariant.holds(ping.isSet(), "a ping waits for its timeout");
    }
  }

  private final class Pinged extends Deadline {
    private final long sequence;
    private final Question question;
    private final long at;
    private final int attempt;

    Pinged(long sequence, Question question, long at, int attempt) {
      this.sequence = sequence;
      this.question = question;
      this.at = at;
      this.attempt = attempt;
    }

    @Override
    void expire() {
      end(this);
      if (attempt < TRIES) {
        ask(question, attempt + 1);
      } else {
        outcome.silent(question.peer);
      }
    }
  }
}
