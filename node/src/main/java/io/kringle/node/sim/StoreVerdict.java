package io.kringle.node.sim;

import io.kringle.testkit.history.Linearizability;
import io.kringle.testkit.history.Linearizability.Counting;
import io.kringle.testkit.history.Operation;
import io.kringle.testkit.history.Operation.Read;
import io.kringle.testkit.history.Operation.Unknown;
import io.kringle.testkit.history.Operation.Write;
import io.kringle.testkit.history.Operation.Written;
import io.kringle.testkit.history.Sightings;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What is to be said of a history that has come to its end. */
final class StoreVerdict {
  private static final int MOST_STEPS = 500_000;

  private StoreVerdict() {}

  /** Why no store that keeps its word could have given it, in words; empty if one could. */
  static Optional<String> contradiction(List<Operation> history) {
    return Sightings.contradiction(history).or(() -> unordered(history));
  }

  private static Optional<String> unordered(List<Operation> history) {
    Linearizability.Verdict verdict =
        new Linearizability(MOST_STEPS, Counting.STEP_BY_STEP).check(history);
    return verdict instanceof Linearizability.Holds
        ? Optional.empty()
        : Optional.of(words(verdict));
  }

  private static String words(Linearizability.Verdict verdict) {
    if (verdict instanceof Linearizability.Broken broken) {
      List<Operation> left = new ArrayList<>(broken.operations());
      left.removeAll(broken.reached());
      return "no register gives these answers: of %d operations on '%s' an order is found up to %s, and none that goes on with any of %s"
          .formatted(
              broken.operations().size(),
              broken.key(),
              broken.reached().isEmpty()
                  ? "none"
                  : broken.reached().get(broken.reached().size() - 1),
              left.subList(0, Math.min(left.size(), 3)));
    }
    return "not decided: " + verdict;
  }

  /**
   * Whether the last acknowledged write of a key is as if it had never been. It is not lost where
   * the key reads as never written, and that write deleted it, or gave it a limited time to live,
   * or a delete of unknown outcome may have come after it: what is deleted may be forgotten.
   *
   * @param last what was read in the end
   */
  static boolean isLost(List<Operation> ofKey, Read last) {
    long acknowledged = 0;
    boolean mayBeGone = true;
    for (Operation operation : ofKey) {
      if (operation.outcome() instanceof Written written && written.version() > acknowledged) {
        acknowledged = written.version();
        mayBeGone = operation.call() instanceof Write write && isPassing(write);
      }
    }
    boolean isForgotten = last.version() == 0 && last.value().isEmpty();
    return last.version() < acknowledged
        && !(isForgotten && (mayBeGone || ofKey.stream().anyMatch(StoreVerdict::mayHaveDeleted)));
  }

  private static boolean isPassing(Write write) {
    return write.value().filter(value -> !StoreCalls.isLimited(value)).isEmpty();
  }

  private static boolean mayHaveDeleted(Operation operation) {
    return operation.outcome() instanceof Unknown
        && operation.call() instanceof Write write
        && isPassing(write);
  }
}
