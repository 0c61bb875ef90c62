package io.kringle.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import de.thetaphi.forbiddenapis.Checker;
import de.thetaphi.forbiddenapis.ForbiddenApiException;
import de.thetaphi.forbiddenapis.Logger;
import de.thetaphi.forbiddenapis.ParseException;
import io.kringle.node.fixture.ImpureProtocol;
import io.kringle.node.fixture.SkippedTests;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The lists of forbidden calls catch what they say, which a build that passes cannot show. */
final class ForbiddenCallsTest {
  private static final Path LISTS = Checkout.root().resolve("config/forbidden-apis");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "System#currentTimeMillis",
        "System#nanoTime",
        "Instant#now",
        "Thread",
        "Random#<init>",
        "ThreadLocalRandom",
        "Math#random",
        "UUID#randomUUID",
        "CompletableFuture#runAsync",
        "Set#of",
        "ReentrantLock",
      })
  void aProtocolMayNotCall(String call) {
    assertThat(violations("protocols.txt", ImpureProtocol.class))
        .anyMatch(violation -> violation.contains(call));
  }

  @ParameterizedTest
  @ValueSource(strings = {"Thread#sleep", "Collections#shuffle"})
  void nobodyMayCall(String call) {
    assertThat(violations("everywhere.txt", ImpureProtocol.class))
        .anyMatch(violation -> violation.contains(call));
  }

  @Test
  void noTestIsSkipped() {
    assertThat(violations("tests.txt", SkippedTests.class))
        .anyMatch(violation -> violation.contains("Disabled"));
  }

  private static List<String> violations(String list, Class<?> offender) {
    List<String> errors = new ArrayList<>();
    assertThatThrownBy(() -> check(list, offender, errors))
        .isInstanceOf(ForbiddenApiException.class);
    return errors;
  }

  private static void check(String list, Class<?> offender, List<String> errors)
      throws IOException, ParseException, ForbiddenApiException {
    Checker checker =
        new Checker(
            new Errors(errors),
            offender.getClassLoader(),
            Checker.Option.FAIL_ON_VIOLATION,
            Checker.Option.FAIL_ON_UNRESOLVABLE_SIGNATURES);
    checker.parseSignaturesFile(LISTS.resolve(list).toFile());
    String file = offender.getSimpleName() + ".class";
    try (InputStream bytes = offender.getResourceAsStream(file)) {
      checker.streamReadClassToCheck(bytes, file);
    }
    checker.run();
  }

  private record Errors(List<String> lines) implements Logger {

    @Override
    public void error(String line) {
      lines.add(line);
    }

    @Override
    public void warn(String line) {}

    @Override
    public void info(String line) {}

    @Override
    public void debug(String line) {}
  }
}
