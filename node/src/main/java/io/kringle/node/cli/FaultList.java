package io.kringle.node.cli;

import io.kringle.node.sim.FaultKind;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;

/** The faults that an exploration is allowed, as they are written on the command line. */
final class FaultList {
  /** Every kind. */
  static final String ALL = "all";

  private FaultList() {}

  /**
   * The kinds of a list with commas between.
   *
   * @throws CommandFailure if a word is none of them
   */
  static Set<FaultKind> of(String list) {
    return list.equals(ALL)
        ? EnumSet.allOf(FaultKind.class)
        : Arrays.stream(list.split(",")).map(FaultList::kind).collect(Collectors.toSet());
  }

  private static FaultKind kind(String word) {
    return Arrays.stream(FaultKind.values())
        .filter(kind -> kind.word().equals(word))
        .findFirst()
        .orElseThrow(
            () ->
                CommandFailure.usage(
                    "faults are all, or of these: "
                        + Arrays.stream(FaultKind.values())
                            .map(FaultKind::word)
                            .collect(Collectors.joining(","))
                        + "; not "
                        + word));
  }
}
