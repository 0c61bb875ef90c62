package io.kringle.routing;

import io.kringle.ring.Bytes;
import io.kringle.ring.Id;
import io.kringle.ring.Result;
import io.kringle.ring.World;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The messages that were handed to a handler here, so that none is handed over twice, and the
 * answers to the latest. The oldest goes first; an answer may go before its id.
 *
 * <p>Invariants: there are no answers but those of remembered ids; ids, answers and bytes are
 * within their limits.
 */
final class Handled {
  private final World world;
  private final RouterConfig.Replies limits;
  private final Map<Name, Entry> entries = new LinkedHashMap<>();
  private final Map<Name, Result<Bytes>> answers = new LinkedHashMap<>();
  private long bytes;

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
    return answers.containsKey(name) ? State.ANSWERED : State.FORGOTTEN;
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
    entry.answered = true;
    // Forgotten and come again while its first handler was busy, it may be answered by both.
    dropAnswer(name);
    if (bytes(answer) <= limits.maxReplyBytes()) {
      answers.put(name, answer);
      bytes += bytes(answer);
      while (answers.size() > limits.count() || bytes > limits.bytes()) {
        dropAnswer(answers.keySet().iterator().next());
      }
    }
  }

  /** The answer of a message that is {@link State#ANSWERED}. */
  Result<Bytes> answer(Name name) {
    Result<Bytes> answer = answers.get(name);
    if (answer == null) {
      throw new IllegalStateException("no answer is kept for " + name);
    }
    return answer;
  }

  private void dropExpired() {
    long keep = limits.keep().toNanos();
    while (!entries.isEmpty() && world.now() - entries.values().iterator().next().since > keep) {
      dropEldest();
    }
  }

  private void dropEldest() {
    Iterator<Name> names = entries.keySet().iterator();
    Name eldest = names.next();
    names.remove();
    dropAnswer(eldest);
  }

  private void dropAnswer(Name name) {
    Result<Bytes> answer = answers.remove(name);
    if (answer != null) {
      bytes -= bytes(answer);
    }
  }

  private static int bytes(Result<Bytes> answer) {
    return answer.fold(Bytes::size, failure -> failure.message().length());
  }

  int ids() {
    return entries.size();
  }

  int answers() {
    return answers.size();
  }

  void checkInvariants() {
    Invariant.holds(entries.keySet().containsAll(answers.keySet()), "answers have remembered ids");
    Invariant.holds(entries.size() <= limits.ids(), "remembered ids are bounded");
    Invariant.holds(answers.size() <= limits.count(), "remembered answers are bounded");
    Invariant.holds(bytes <= limits.bytes(), "bytes of remembered answers are bounded");
    long counted = 0;
    for (Result<Bytes> answer : answers.values()) {
      counted += bytes(answer);
    }
    Invariant.holds(counted == bytes, "the bytes are counted right");
  }

  private static final class Entry {
    private final long since;
    private boolean answered;

    Entry(long since) {
      this.since = since;
    }
  }
}
