package io.kringle.node.sim;

import io.kringle.testkit.history.Operation;
import io.kringle.testkit.history.Operation.Call;
import io.kringle.testkit.history.Operation.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/**
 * What clients have asked the store, and what they were told. A client whose node has died never
 * hears the answer.
 */
final class StoreHistory {
  /** How soon an answer is due where a majority of every arc is within reach all the time. */
  static final Duration SOON = Duration.ofSeconds(2);

  private final LongSupplier now;
  private final List<Operation> operations = new ArrayList<>();
  private final Set<Question> open = new LinkedHashSet<>();
  private Optional<String> wrong = Optional.empty();
  private StoreCounts counts = StoreCounts.NONE;

  StoreHistory(LongSupplier now) {
    this.now = now;
  }

  /** What a question came to, for the one who asked. */
  enum Answer {
    OK,
    CONFLICT,
    UNAVAILABLE,
    UNKNOWN
  }

  /**
   * What is to be noted of a question.
   *
   * @param key which register
   * @param call what it was asked
   * @param outcome what it told
   * @param notBefore how long after the question it can have happened at the earliest
   */
  record Told(String key, Call call, Outcome outcome, Duration notBefore) {
    Told(String key, Call call, Outcome outcome) {
      this(key, call, outcome, Duration.ZERO);
    }

    private Operation operation(int client, long asked, long ended) {
      long invoked = asked + notBefore.toNanos();
      return new Operation(client, key, call, outcome, invoked, Math.max(invoked, ended));
    }
  }

  /** One question until its answer. */
  final class Question {
    private final int client;
    private final ExploreProcess<StackNode> at;
    private final StackNode node;
    private final List<Told> ifNeverTold;
    private final long asked = now.getAsLong();
    private boolean wasWithinReach = true;
    private boolean isOpen = true;

    private Question(
        int client, ExploreProcess<StackNode> at, StackNode node, List<Told> ifNeverTold) {
      this.client = client;
      this.at = at;
      this.node = node;
      this.ifNeverTold = ifNeverTold;
    }

    boolean isOpen() {
      return isOpen;
    }

    /** The answer, which may come once. */
    void told(Answer answer, List<Told> what) {
      if (!isOpen && !isOrphaned()) {
        wrong("client " + client + " was told twice: " + what);
      }
      if (isOpen) {
        end(answer, what);
      }
    }

    private void end(Answer answer, List<Told> what) {
      isOpen = false;
      open.remove(this);
      long ended = now.getAsLong();
      what.forEach(each -> operations.add(each.operation(client, asked, ended)));
      counts = counts.plus(answer);
      if (wasWithinReach && !isOrphaned()) {
        boolean inTime = ended - asked <= SOON.toNanos();
        boolean served = answer == Answer.OK || answer == Answer.CONFLICT;
        counts = counts.plusWithinReach(inTime && served);
      }
    }

    private boolean isOrphaned() {
      return at.node().filter(node::equals).isEmpty();
    }
  }

  /**
   * A client asks.
   *
   * @param ifNeverTold what is noted if its node dies
   */
  Question ask(int client, ExploreProcess<StackNode> at, List<Told> ifNeverTold) {
    Question question = new Question(client, at, at.node().orElseThrow(), ifNeverTold);
    open.add(question);
    return question;
  }

  /**
   * Looks at the open questions: who has lost its node gives up, and who cannot reach a majority of
   * every arc need not be answered soon.
   */
  void look(Predicate<ExploreProcess<StackNode>> isWithinReach) {
    for (Question question : List.copyOf(open)) {
      if (question.isOrphaned()) {
        question.end(Answer.UNKNOWN, question.ifNeverTold);
      } else if (question.wasWithinReach && now.getAsLong() - question.asked <= SOON.toNanos()) {
        question.wasWithinReach = isWithinReach.test(question.at);
      }
    }
  }

  /** Nobody waits any more: what is not answered by now may have been carried out, or not. */
  void close() {
    List.copyOf(open).forEach(question -> question.end(Answer.UNKNOWN, question.ifNeverTold));
  }

  /** Somebody was told what is no matter of values, and cannot be. */
  void wrong(String what) {
    wrong = wrong.or(() -> Optional.of(what));
  }

  boolean isAllAnswered() {
    return open.isEmpty();
  }

  /** What was not as promised, apart from the values; empty if nothing. */
  Optional<String> wrong() {
    return wrong;
  }

  List<Operation> operations() {
    return List.copyOf(operations);
  }

  StoreCounts counts() {
    return counts;
  }
}
