package io.kringle.testkit.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.kringle.testkit.history.Linearizability.Broken;
import io.kringle.testkit.history.Linearizability.Holds;
import io.kringle.testkit.history.Operation.Always;
import io.kringle.testkit.history.Operation.Call;
import io.kringle.testkit.history.Operation.Condition;
import io.kringle.testkit.history.Operation.Conflict;
import io.kringle.testkit.history.Operation.Failed;
import io.kringle.testkit.history.Operation.Get;
import io.kringle.testkit.history.Operation.IfAbsent;
import io.kringle.testkit.history.Operation.IfVersion;
import io.kringle.testkit.history.Operation.Outcome;
import io.kringle.testkit.history.Operation.Read;
import io.kringle.testkit.history.Operation.Unknown;
import io.kringle.testkit.history.Operation.Write;
import io.kringle.testkit.history.Operation.Written;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The checker against {@code known-histories.txt}, which also tells how it is written. */
class KnownHistoriesTest {
  private static final Pattern OPERATION =
      Pattern.compile(
          "(?<wrong>[! ]) (?<client>[A-Z]) (?<start>\\d+)-(?<end>\\d+) (?<key>\\w+)"
              + " (?<call>get|put (?<value>\\w+)|delete)( if (?<condition>absent|\\d+))?"
              + " -> (?<outcome>conflict|failed|unknown|(?<version>\\d+)( (?<read>\\w+|-))?)");

  private final Linearizability checker = new Linearizability(100_000);

  /** An operation, and whether it is one that cannot be. */
  private record Line(Operation operation, boolean isWrong) {
    static Line of(String text) {
      Matcher parts = OPERATION.matcher(text);
      assertThat(parts.matches()).as(text).isTrue();
      Call call = call(parts);
      return new Line(
          new Operation(
              parts.group("client").charAt(0) - 'A',
              parts.group("key"),
              call,
              outcome(call, parts),
              Long.parseLong(parts.group("start")),
              Long.parseLong(parts.group("end"))),
          parts.group("wrong").equals("!"));
    }

    private static Call call(Matcher parts) {
      return parts.group("call").equals("get")
          ? new Get()
          : new Write(
              Optional.ofNullable(parts.group("value")),
              condition(Optional.ofNullable(parts.group("condition"))));
    }

    private static Condition condition(Optional<String> text) {
      return text.<Condition>map(
              word -> word.equals("absent") ? new IfAbsent() : new IfVersion(Long.parseLong(word)))
          .orElseGet(Always::new);
    }

    private static Outcome outcome(Call call, Matcher parts) {
      return switch (parts.group("outcome")) {
        case "conflict" -> new Conflict();
        case "failed" -> new Failed();
        case "unknown" -> new Unknown();
        default -> {
          long version = Long.parseLong(parts.group("version"));
          yield call instanceof Get
              ? new Read(
                  version, Optional.of(parts.group("read")).filter(value -> !value.equals("-")))
              : new Written(version);
        }
      };
    }
  }

  private record Known(String name, List<Line> lines) {
    boolean isBroken() {
      return lines.stream().anyMatch(Line::isWrong);
    }

    List<Operation> all() {
      return lines.stream().map(Line::operation).toList();
    }

    @Override
    public String toString() {
      return name;
    }
  }

  static List<Known> known() throws IOException {
    try (InputStream file = KnownHistoriesTest.class.getResourceAsStream("known-histories.txt")) {
      String text = new String(file.readAllBytes(), StandardCharsets.UTF_8);
      return Stream.of(text.split("\n== ")).skip(1).map(KnownHistoriesTest::known).toList();
    }
  }

  private static Known known(String section) {
    List<String> lines = section.lines().toList();
    return new Known(
        lines.get(0),
        lines.stream()
            .filter(line -> line.startsWith("  ") || line.startsWith("! "))
            .map(Line::of)
            .toList());
  }

  @Test
  void thereAreManyOfBothKinds() throws IOException {
    assertThat(known().stream().filter(Known::isBroken).count()).isGreaterThan(25);
    assertThat(known().stream().filter(history -> !history.isBroken()).count()).isGreaterThan(12);
    assertThat(known()).allMatch(history -> history.lines().size() > 1);
  }

  @ParameterizedTest
  @MethodSource("known")
  void whatIsKnownToBeBrokenIsRejectedAndTheRestHolds(Known history) {
    assertThat(checker.check(history.all()))
        .isInstanceOf(history.isBroken() ? Broken.class : Holds.class);
  }

  /** So it is rejected for its own reason, and not for another. */
  @ParameterizedTest
  @MethodSource("known")
  void withoutWhatCannotBeItHolds(Known history) {
    List<Operation> rest =
        history.lines().stream().filter(line -> !line.isWrong()).map(Line::operation).toList();
    assertThat(checker.check(rest)).isEqualTo(new Holds());
  }

  /** Operations come in any order, at any time, and everything may be said twice as slowly. */
  @ParameterizedTest
  @MethodSource("known")
  void theVerdictDoesNotDependOnTheOrderOfTheLinesOrTheZeroOfTheClock(Known history) {
    SplittableRandom random = new SplittableRandom(history.name().hashCode());
    for (int i = 0; i < 20; i++) {
      long zero = random.nextLong(-1_000, 1_000);
      List<Operation> moved = new ArrayList<>();
      for (Operation each : history.all()) {
        moved.add(
            new Operation(
                each.client(),
                each.key(),
                each.call(),
                each.outcome(),
                zero + 2 * each.invoked(),
                zero + 2 * each.returned()));
      }
      for (int last = moved.size() - 1; last > 0; last--) {
        Collections.swap(moved, last, random.nextInt(last + 1));
      }
      assertThat(checker.check(moved))
          .isInstanceOf(history.isBroken() ? Broken.class : Holds.class);
    }
  }
}
