package io.kringle.routing;

import io.kringle.ring.Bytes;
import io.kringle.ring.Id;
import io.kringle.ring.Result;
import io.kringle.ring.World;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The messages that were handed to a handler here, so that none is handed over twice, and the
 * answers to the latest. The oldest goes first; an answer may go before its id.
 *
 * <p>All of it outlives many collections of a busy node's young garbage, which copy it each time:
 * so there is one object for each message here, and no copy of its name.
 *
 * <p>Invariants: there are no answers but those of remembered ids; ids, answers and bytes are
 * within their limits.
 */
final class Handled {
  private final World world;
  private final RouterConfig.Replies limits;
  private final Map<Name, Entry> entries = new LinkedHashMap<>();

  /**
   * Those that were answered, in that order. One whose id was forgotten meanwhile, and its answer
   * with it, stays until it is the first; all such have been there together, so they are at most as
   * many as ids.
   */
  private final Deque<Entry> answered = new ArrayDeque<>();

  private int answers;
  private long bytes;

  /** Checks since all was counted. */
  private int checks;

  Handled(World world, RouterConfig.Replies limits) {
    this.world = world;
    this.limits = limits;
  }

  /**
   * A message by its origin and its number there. The number starts at a random place in each life
   * of the origin.
   */
  record Name(Id origin, long request) {}

  /** What is known about a message. */
  enum State {
    /** It never came, or so long ago that it is forgotten. */
    NEW,
    /** It is with its handler. */
    UNANSWERED,
    /** It was answered, and the answer is at hand. */
    ANSWERED,
    /** It was answered, and the answer is gone. */
    FORGOTTEN
  }

  State state(Name name) {
    dropExpired();
    Entry entry = entries.get(name);
    if (entry == null) {
      return State.NEW;
    }
    if (!entry.answered) {
      return State.UNANSWERED;
    }
    return entry.answer == null ? State.FORGOTTEN : State.ANSWERED;
  }

  /** Remembers a new message, which is now with its handler. */
  void begin(Name name) {
    if (entries.size() == limits.ids()) {
      dropEldest();
    }
    entries.put(name, new Entry(world.now()));
  }

  /** Remembers its answer, if it is small enough, and the message is still remembered. */
  void answered(Name name, Result<Bytes> answer) {
    Entry entry = entries.get(name);
    if (entry == null) {
      return;
    }
    if (entry.answered) {
      // Forgotten and come again while its first handler was busy, it is answered by both.
      answered.remove(entry);
      dropAnswer(entry);
    }
    entry.answered = true;
    if (bytes(answer) <= limits.maxReplyBytes()) {
      entry.answer = answer;
      answers++;
      bytes += bytes(answer);
      answered.add(entry);
      while (answers > limits.count() || bytes > limits.bytes()) {
        dropAnswer(answered.remove());
      }
    }
  }

  /** The answer of a message that is {@link State#ANSWERED}. */
  Result<Bytes> answer(Name name) {
    Entry entry = entries.get(name);
    if (entry == null || entry.answer == null) {
      throw new IllegalStateException("no answer is kept for " + name);
    }
    return entry.answer;
  }

  private void dropExpired() {
    long keep = limits.keep().toNanos();
    while (!entries.isEmpty() && world.now() - entries.values().iterator().next().since > keep) {
      dropEldest();
    }
  }

  private void dropEldest() {
    Iterator<Entry> eldest = entries.values().iterator();
    dropAnswer(eldest.next());
    eldest.remove();
    while (!answered.isEmpty() && answered.element().answer == null) {
      answered.remove();
    }
  }

  private void dropAnswer(Entry entry) {
    if (entry.answer != null) {
      answers--;
      bytes -= bytes(entry.answer);
      entry.answer = null;
    }
  }

  private static int bytes(Result<Bytes> answer) {
    return answer.fold(Bytes::size, failure -> failure.message().length());
  }

  int ids() {
    return entries.size();
  }

  int answers() {
    return answers;
  }

  /** All is counted as seldom as it is much: so a check after each step costs the same always. */
  void checkInvariants() {
    Invariant.holds(entries.size() <= limits.ids(), "remembered ids are bounded");
    Invariant.holds(answers <= limits.count(), "remembered answers are bounded");
    Invariant.holds(bytes <= limits.bytes(), "bytes of remembered answers are bounded");
    Invariant.holds(
        answered.size() <= answers + limits.ids(), "what waits to be taken out is bounded");
    if (++checks > entries.size()) {
      checks = 0;
      count();
    }
  }

  private void count() {
    int countedAnswers = 0;
    long countedBytes = 0;
    for (Entry entry : entries.values()) {
      if (entry.answer != null) {
        countedAnswers++;
        countedBytes += bytes(entry.answer);
      }
    }
    Invariant.holds(countedAnswers == answers, "answers have remembered ids");
    Invariant.holds(countedBytes == bytes, "the bytes are counted right");
  }

  private static final class Entry {
    private final long since;
    private boolean answered;
    private @Nullable Result<Bytes> answer;

    Entry(long since) {
      this.since = since;
    }
  }
}
