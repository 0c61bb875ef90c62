package io.kringle.replication;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;

/**
 * Reads that wait for proof that no newer daddy has taken over since they came (Ongaro 2014,
 * section 6.4). One round of messages serves all that came in a turn; rounds overlap.
 *
 * <p>Invariant: rounds and indexes ascend along the queue.
 */
final class Reads {
  /** More reads than this are turned away. */
  private static final int MAX_WAITING = 16_384;

  private final Deque<Waiting> waiting = new ArrayDeque<>();
  private long round;
  private boolean wanted;

  private record Waiting(
      long round, long index, Question question, Consumer<ClientMessage.Reply> done) {}

  /** What is asked of the records. */
  interface Question {
    /** Answers it from what is applied, now or later. */
    void answer(Consumer<ClientMessage.Reply> done);
  }

  /**
   * Adds a read.
   *
   * @param index what must be applied before it is answered: everything committed by now
   */
  void add(Question question, long index, Consumer<ClientMessage.Reply> done) {
    if (waiting.size() >= MAX_WAITING) {
      done.accept(new ClientMessage.Busy());
      return;
    }
    waiting.add(new Waiting(wantRound(), index, question, done));
  }

  /** Has a round begin at the end of this turn; its number. */
  long wantRound() {
    wanted = true;
    return round + 1;
  }

  /** Begins a round if anybody has wanted one since the last. */
  void startRound() {
    if (wanted) {
      wanted = false;
      round++;
    }
  }

  long round() {
    return round;
  }

  boolean isWaiting() {
    return !waiting.isEmpty();
  }

  int size() {
    return waiting.size();
  }

  /** A majority has confirmed {@code confirmed}, and the records are as of {@code applied}. */
  void serve(long confirmed, long applied) {
    while (!waiting.isEmpty()
        && waiting.peekFirst().round() <= confirmed
        && waiting.peekFirst().index() <= applied) {
      Waiting first = waiting.removeFirst();
      first.question().answer(first.done());
    }
  }

  /** Leadership is over: they are asked elsewhere. */
  void end() {
    while (!waiting.isEmpty()) {
      waiting.removeFirst().done().accept(ClientMessage.NotDaddy.UNKNOWN);
    }
  }
}
