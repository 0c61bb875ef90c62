package io.kringle.testkit.history;

import io.kringle.testkit.history.Operation.GetStale;
import io.kringle.testkit.history.Operation.Kind;
import io.kringle.testkit.history.Operation.Read;
import io.kringle.testkit.history.Operation.Write;
import io.kringle.testkit.history.Operation.Written;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What must be so of every version that anybody has seen, however late: a version of a key is one
 * value for ever, and each value that a stale read gives was written by somebody who had asked for
 * it before the answer.
 */
public final class Sightings {
  private final Map<Sighted, Optional<String>> values = new HashMap<>();
  private final Map<Sighted, Operation> first = new HashMap<>();

  private record Sighted(String key, long version) {}

  private record Wanted(String key, String value) {}

  private Sightings() {}

  /** What is wrong with a history, in words; empty if nothing is. */
  public static Optional<String> contradiction(List<Operation> history) {
    Sightings sightings = new Sightings();
    return history.stream()
        .flatMap(operation -> sightings.seen(operation).stream())
        .findFirst()
        .or(() -> outOfNothing(history));
  }

  private Optional<String> seen(Operation operation) {
    if (operation.outcome() instanceof Read read && read.version() > 0) {
      return seen(operation, read.version(), read.value());
    }
    return operation.outcome() instanceof Written written && operation.call() instanceof Write write
        ? seen(operation, written.version(), write.value())
        : Optional.empty();
  }

  private Optional<String> seen(Operation operation, long version, Optional<String> value) {
    Sighted sighted = new Sighted(operation.key(), version);
    if (values.putIfAbsent(sighted, value) == null) {
      first.put(sighted, operation);
      return Optional.empty();
    }
    return value.equals(values.get(sighted))
        ? Optional.empty()
        : Optional.of("one version, two values: " + first.get(sighted) + " and " + operation);
  }

  private static Optional<String> outOfNothing(List<Operation> history) {
    Map<Wanted, Long> wanted = new HashMap<>();
    Set<Wanted> refused = new HashSet<>();
    for (Operation operation : history) {
      if (operation.call() instanceof Write write && write.value().isPresent()) {
        Wanted value = new Wanted(operation.key(), write.value().get());
        if (isRefused(operation.outcome().kind())) {
          refused.add(value);
        } else {
          wanted.merge(value, operation.invoked(), Math::min);
        }
      }
    }
    return history.stream()
        .filter(operation -> operation.call() instanceof GetStale)
        .filter(operation -> operation.outcome() instanceof Read)
        .filter(operation -> !isWanted(operation, (Read) operation.outcome(), wanted))
        .findFirst()
        .map(
            operation ->
                "a stale read gives what nobody had written: "
                    + operation
                    + (isAmong(operation, refused) ? ", and the write of which was refused" : ""));
  }

  private static boolean isRefused(Kind outcome) {
    return outcome == Kind.FAILED || outcome == Kind.CONFLICT;
  }

  private static boolean isWanted(Operation operation, Read read, Map<Wanted, Long> wanted) {
    if (read.value().isEmpty()) {
      return true;
    }
    Long since = wanted.get(new Wanted(operation.key(), read.value().get()));
    return read.version() > 0 && since != null && since <= operation.returned();
  }

  private static boolean isAmong(Operation operation, Set<Wanted> values) {
    return operation.outcome() instanceof Read read
        && read.value().filter(it -> values.contains(new Wanted(operation.key(), it))).isPresent();
  }
}
