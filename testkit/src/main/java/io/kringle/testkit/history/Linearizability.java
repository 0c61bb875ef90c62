package io.kringle.testkit.history;

import io.kringle.testkit.history.Operation.GetStale;
import io.kringle.testkit.history.Operation.Kind;
import io.kringle.testkit.history.Operation.Outcome;
import io.kringle.testkit.history.Operation.Read;
import io.kringle.testkit.history.Operation.Written;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Whether a history is linearizable: each operation can be thought to happen at one instant between
 * its question and its answer, so that a single register would have given all the answers.
 *
 * <p>The search is that of Wing and Gong (1993) with the memory of Lowe ("Testing for
 * linearizability", 2017): operations are put into an order one by one, and what was tried with the
 * same set of operations and the same register is not tried again; and what changes nothing is put
 * as early as it can be. Those with an outcome are tried first, for many a one without has never
 * happened; and since versions ascend, none is put that would leave another one's version behind.
 * Linearizability is local (Herlihy and Wing 1990), so each key is checked by itself.
 */
public final class Linearizability {
  private final int mostSteps;
  private final Counting counting;

  /** How a register gives versions. */
  public enum Counting {
    /** A write has any higher version than the one before. */
    ASCENDING,

    /**
     * By one, which a reader can rely on. A deleted register may forget that it ever was: then it
     * reads as if never written, and whatever is written next has any higher version than before.
     */
    STEP_BY_STEP
  }

  /**
   * A checker for registers of which nothing is known but that their versions ascend.
   *
   * @param mostSteps after so many for one key it is given up
   */
  public Linearizability(int mostSteps) {
    this(mostSteps, Counting.ASCENDING);
  }

  /**
   * A checker.
   *
   * @param mostSteps after so many for one key it is given up
   */
  public Linearizability(int mostSteps, Counting counting) {
    this.mostSteps = mostSteps;
    this.counting = counting;
  }

  /** What is to be said of a history. */
  public sealed interface Verdict {}

  /** It is linearizable. */
  public record Holds() implements Verdict {}

  /**
   * It is not.
   *
   * @param key where
   * @param operations of this key in the order of their questions
   * @param reached the most of them that could be put into an order, in that order
   */
  public record Broken(String key, List<Operation> operations, List<Operation> reached)
      implements Verdict {}

  /**
   * It was not found out within the steps.
   *
   * @param key where
   */
  public record Undecided(String key) implements Verdict {}

  /**
   * Checks a history of any number of keys; the first that is not in order decides. Stale reads are
   * left out, see {@link Sightings}.
   */
  public Verdict check(List<Operation> history) {
    Map<String, List<Operation>> byKey = new LinkedHashMap<>();
    for (Operation operation : history) {
      if (!(operation.call() instanceof GetStale)) {
        byKey.computeIfAbsent(operation.key(), key -> new ArrayList<>()).add(operation);
      }
    }
    for (Map.Entry<String, List<Operation>> one : byKey.entrySet()) {
      Verdict verdict = new Search(one.getKey(), one.getValue()).run();
      if (!(verdict instanceof Holds)) {
        return verdict;
      }
    }
    return new Holds();
  }

  /** What was tried: the same operations done, and the same register after them. */
  private record Tried(BitSet done, Register register) {}

  /**
   * An operation that was put next.
   *
   * @param before the register before it
   * @param isForced whether nothing else needs to be tried in its place
   */
  private record Step(int operation, Register before, boolean isForced) {}

  /**
   * The search for one key.
   *
   * <p>Invariants: {@code order} has the operations in {@code done}; {@code register} is what they
   * leave in that order; {@code open} counts those with a known outcome that are not done; {@code
   * dated} has those that tell a version, the oldest first, and {@code datedDone} which of them are
   * done.
   */
  private final class Search {
    private final String key;
    private final List<Operation> operations;
    private final List<Integer> dated;
    private final int[] places;
    private final BitSet done = new BitSet();
    private final BitSet datedDone = new BitSet();
    private final Deque<Step> order = new ArrayDeque<>();
    private final Set<Tried> tried = new HashSet<>();
    private List<Operation> reached = List.of();
    private Register register = Register.ofNothing(counting);
    private int open;

    Search(String key, List<Operation> all) {
      this.key = key;
      operations =
          all.stream()
              .filter(operation -> operation.outcome().kind() != Kind.FAILED)
              .sorted(Comparator.comparingLong(Operation::invoked))
              .toList();
      open = (int) operations.stream().filter(Search::isKnown).count();
      dated =
          IntStream.range(0, operations.size())
              .boxed()
              .filter(each -> latestBefore(each) < Long.MAX_VALUE)
              .sorted(Comparator.comparingLong(this::latestBefore))
              .toList();
      places = new int[operations.size()];
      Arrays.fill(places, dated.size());
      for (int i = 0; i < dated.size(); i++) {
        places[dated.get(i)] = i;
      }
    }

    private static boolean isKnown(Operation operation) {
      return operation.outcome().kind() != Kind.UNKNOWN;
    }

    /** The version that the register may have at the most before an operation. */
    private long latestBefore(int operation) {
      Outcome outcome = operations.get(operation).outcome();
      if (outcome instanceof Written written) {
        return written.version() - 1;
      }
      return outcome instanceof Read read && read.version() > 0 ? read.version() : Long.MAX_VALUE;
    }

    /** Whether the version that a register has then is not too late for anything that is left. */
    private boolean leavesNothingBehind(Register after, int next) {
      int oldest = datedDone.nextClearBit(0);
      if (oldest == places[next]) {
        oldest = datedDone.nextClearBit(oldest + 1);
      }
      return oldest >= dated.size() || after.leastVersion() <= latestBefore(dated.get(oldest));
    }

    Verdict run() {
      int from = 0;
      for (int steps = 0; open > 0; steps++) {
        if (steps == mostSteps) {
          return new Undecided(key);
        }
        Optional<Integer> idle = from == 0 ? idle() : Optional.empty();
        Optional<Integer> next = idle.isPresent() ? idle : next(from);
        if (next.isPresent()) {
          put(next.get(), idle.isPresent());
          from = 0;
        } else if (order.isEmpty()) {
          return new Broken(key, operations, reached);
        } else {
          from = takeBack();
        }
      }
      return new Holds();
    }

    /**
     * The first operation that can be next, and was not tried here.
     *
     * @param from where to begin: those with an outcome come first, then the others
     */
    private Optional<Integer> next(int from) {
      return first(from, this::isPossible);
    }

    /**
     * An operation that can be next and changes nothing. Wherever else it might stand, it can as
     * well stand here: so if there is no order with it here, there is none at all.
     */
    private Optional<Integer> idle() {
      return first(0, this::isIdle);
    }

    private Optional<Integer> first(int from, IntPredicate wanted) {
      long firstReturn = firstReturn();
      int count = operations.size();
      Optional<Integer> known =
          first(from, firstReturn, each -> isKnown(operations.get(each)) && wanted.test(each));
      return known.isPresent()
          ? known
          : first(
              Math.max(0, from - count),
              firstReturn,
              each -> !isKnown(operations.get(each)) && wanted.test(each));
    }

    private Optional<Integer> first(int from, long latest, IntPredicate wanted) {
      for (int i = done.nextClearBit(from);
          i < operations.size() && operations.get(i).invoked() <= latest;
          i = done.nextClearBit(i + 1)) {
        if (wanted.test(i)) {
          return Optional.of(i);
        }
      }
      return Optional.empty();
    }

    /** What comes after an operation in the order in which they are tried. */
    private int after(int operation) {
      return 1 + operation + (isKnown(operations.get(operation)) ? 0 : operations.size());
    }

    /** Whatever was asked after this answer came later. */
    private long firstReturn() {
      long first = Long.MAX_VALUE;
      for (int i = done.nextClearBit(0);
          i < operations.size() && operations.get(i).invoked() <= first;
          i = done.nextClearBit(i + 1)) {
        if (isKnown(operations.get(i))) {
          first = Math.min(first, operations.get(i).returned());
        }
      }
      return first;
    }

    private boolean isIdle(int next) {
      Operation operation = operations.get(next);
      return isKnown(operation)
          && register
              .after(operation.call(), operation.outcome())
              .filter(register::equals)
              .isPresent();
    }

    private boolean isPossible(int next) {
      Operation operation = operations.get(next);
      Optional<Register> after = register.after(operation.call(), operation.outcome());
      if (after.isEmpty()) {
        return false;
      }
      reach(next);
      if (!leavesNothingBehind(after.get(), next)) {
        return false;
      }
      BitSet with = (BitSet) done.clone();
      with.set(next);
      return tried.add(new Tried(with, after.get()));
    }

    private void put(int next, boolean isForced) {
      Operation operation = operations.get(next);
      reach(next);
      order.addLast(new Step(next, register, isForced));
      register = register.after(operation.call(), operation.outcome()).orElseThrow();
      done.set(next);
      datedDone.set(places[next]);
      open -= isKnown(operation) ? 1 : 0;
    }

    /** Remembers the order with this one at its end if none was longer. */
    private void reach(int next) {
      if (order.size() >= reached.size()) {
        reached =
            Stream.concat(order.stream().map(Step::operation), Stream.of(next))
                .map(operations::get)
                .toList();
      }
    }

    /** From where on there may be something else to put in the place of the last one. */
    private int takeBack() {
      Step last = order.removeLast();
      register = last.before;
      done.clear(last.operation);
      datedDone.clear(places[last.operation]);
      open += isKnown(operations.get(last.operation)) ? 1 : 0;
      return last.isForced ? 2 * operations.size() : after(last.operation);
    }
  }
}
