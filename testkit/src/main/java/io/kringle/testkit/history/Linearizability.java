package io.kringle.testkit.history;

import io.kringle.testkit.history.Operation.Kind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Whether a history is linearizable: each operation can be thought to happen at one instant between
 * its question and its answer, so that a single register would have given all the answers.
 *
 * <p>The search is that of Wing and Gong (1993) with the memory of Lowe ("Testing for
 * linearizability", 2017): operations are put into an order one by one, and what was tried with the
 * same set of operations and the same register is not tried again. Linearizability is local
 * (Herlihy and Wing 1990), so each key is checked by itself.
 */
public final class Linearizability {
  private final int mostSteps;

  /**
   * A checker.
   *
   * @param mostSteps after so many for one key it is given up
   */
  public Linearizability(int mostSteps) {
    this.mostSteps = mostSteps;
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

  /** Checks a history of any number of keys; the first that is not in order decides. */
  public Verdict check(List<Operation> history) {
    Map<String, List<Operation>> byKey = new LinkedHashMap<>();
    for (Operation operation : history) {
      byKey.computeIfAbsent(operation.key(), key -> new ArrayList<>()).add(operation);
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

  /** An operation that was put next, and the register before it. */
  private record Step(int operation, Register before) {}

  /**
   * The search for one key.
   *
   * <p>Invariants: {@code order} has the operations in {@code done}; {@code register} is what they
   * leave in that order; {@code open} counts those with a known outcome that are not done.
   */
  private final class Search {
    private final String key;
    private final List<Operation> operations;
    private final BitSet done = new BitSet();
    private final Deque<Step> order = new ArrayDeque<>();
    private final Set<Tried> tried = new HashSet<>();
    private List<Operation> reached = List.of();
    private Register register = Register.NEW;
    private int open;

    Search(String key, List<Operation> all) {
      this.key = key;
      operations =
          all.stream()
              .filter(operation -> operation.outcome().kind() != Kind.FAILED)
              .sorted(Comparator.comparingLong(Operation::invoked))
              .toList();
      open = (int) operations.stream().filter(Search::isKnown).count();
    }

    private static boolean isKnown(Operation operation) {
      return operation.outcome().kind() != Kind.UNKNOWN;
    }

    Verdict run() {
      int from = 0;
      for (int steps = 0; open > 0; steps++) {
        if (steps == mostSteps) {
          return new Undecided(key);
        }
        Optional<Integer> next = next(from);
        if (next.isPresent()) {
          put(next.get());
          from = 0;
        } else if (order.isEmpty()) {
          return new Broken(key, operations, reached);
        } else {
          from = takeBack() + 1;
        }
      }
      return new Holds();
    }

    /** The first operation from {@code from} on that can be next, and was not tried here. */
    private Optional<Integer> next(int from) {
      long firstReturn = firstReturn();
      for (int i = done.nextClearBit(from);
          i < operations.size() && operations.get(i).invoked() <= firstReturn;
          i = done.nextClearBit(i + 1)) {
        if (isPossible(i)) {
          return Optional.of(i);
        }
      }
      return Optional.empty();
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

    private boolean isPossible(int next) {
      Operation operation = operations.get(next);
      Optional<Register> after = register.after(operation.call(), operation.outcome());
      if (after.isEmpty()) {
        return false;
      }
      BitSet with = (BitSet) done.clone();
      with.set(next);
      return tried.add(new Tried(with, after.get()));
    }

    private void put(int next) {
      Operation operation = operations.get(next);
      order.addLast(new Step(next, register));
      register = register.after(operation.call(), operation.outcome()).orElseThrow();
      done.set(next);
      open -= isKnown(operation) ? 1 : 0;
      if (order.size() > reached.size()) {
        reached = order.stream().map(step -> operations.get(step.operation)).toList();
      }
    }

    private int takeBack() {
      Step last = order.removeLast();
      register = last.before;
      done.clear(last.operation);
      open += isKnown(operations.get(last.operation)) ? 1 : 0;
      return last.operation;
    }
  }
}
