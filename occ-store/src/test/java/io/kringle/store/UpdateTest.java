package io.kringle.store;

import static io.kringle.store.StoreFixture.failure;
import static io.kringle.store.StoreFixture.value;
import static org.assertj.core.api.Assertions.assertThat;

import io.kringle.replication.Versioned;
import io.kringle.ring.Bytes;
import io.kringle.ring.Failure;
import io.kringle.ring.Failure.Kind;
import io.kringle.ring.Result;
import io.kringle.store.KeyValues.Entry;
import io.kringle.store.KeyValues.Resolver;
import io.kringle.store.KeyValues.Updated;
import io.kringle.testkit.Simulation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Updates: read, resolve, write, and again on a conflict. */
final class UpdateTest {
  private final StoreFixture fixture = StoreFixture.create();
  private final FakeRecords records = fixture.records;
  private final Store store = fixture.store;
  private final List<Entry> seen = new ArrayList<>();

  private static Bytes bytes(String text) {
    return Bytes.utf8(text);
  }

  private Result<Updated> update(Resolver resolver, UpdateOptions options) {
    return fixture.await(done -> store.update("k", resolver, options, done));
  }

  /** Resolves to a value, and notes what it saw. */
  private Resolver to(String next) {
    return current -> {
      seen.add(current);
      return Optional.of(bytes(next));
    };
  }

  @Test
  void whatTheResolverMakesIsWritten() {
    records.store("k", 3, Optional.of(bytes("old")));
    assertThat(value(update(to("new"), UpdateOptions.DEFAULT)))
        .isEqualTo(new Updated(new Entry("k", 4, Optional.of(bytes("new"))), true, 1));
    assertThat(seen).containsExactly(new Entry("k", 3, Optional.of(bytes("old"))));
    assertThat(records.stored("k")).isEqualTo(new Versioned(4, Optional.of(bytes("new"))));
  }

  @Test
  void anUpdateOfWhatWasNeverWrittenMakesVersionOne() {
    assertThat(value(update(to("new"), UpdateOptions.DEFAULT)).entry().version()).isEqualTo(1);
  }

  @Test
  void anUpdateOverATombstoneContinuesTheVersion() {
    records.store("k", 10, Optional.empty());
    assertThat(value(update(to("new"), UpdateOptions.DEFAULT)).entry().version()).isEqualTo(11);
    assertThat(seen).containsExactly(new Entry("k", 10, Optional.empty()));
  }

  @Test
  void oneConflictAndTheResolverRunsTwiceOnWhatIsThereThen() {
    records.overtakeNextWrites("k", 1);
    assertThat(value(update(to("new"), UpdateOptions.DEFAULT)))
        .isEqualTo(new Updated(new Entry("k", 2, Optional.of(bytes("new"))), true, 2));
    assertThat(seen)
        .containsExactly(
            new Entry("k", 0, Optional.empty()), new Entry("k", 1, Optional.of(bytes("other"))));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 10})
  void alwaysConflictingEndsAfterExactlyTheConfiguredAttempts(int attempts) {
    records.overtakeNextWrites("k", 100);
    Failure failure = failure(update(to("new"), UpdateOptions.DEFAULT.withAttempts(attempts)));
    assertThat(failure.kind()).isEqualTo(Kind.RETRIES_EXHAUSTED);
    assertThat(failure.message())
        .contains("retries exhausted")
        .contains(attempts + " attempts")
        .contains("'k'");
    assertThat(seen).hasSize(attempts);
    assertThat(records.stored("k").value()).contains(bytes("other"));
  }

  @Test
  void anAbandonedUpdateWritesNothingAndIsNoError() {
    records.store("k", 3, Optional.of(bytes("old")));
    assertThat(value(update(current -> Optional.empty(), UpdateOptions.DEFAULT)))
        .isEqualTo(new Updated(new Entry("k", 3, Optional.of(bytes("old"))), false, 1));
    assertThat(records.calls).hasSize(1).allMatch(call -> call.startsWith("read"));
  }

  @Test
  void aResolverMayAbandonAfterAConflict() {
    records.overtakeNextWrites("k", 1);
    Resolver ifNeverWritten =
        current -> current.version() == 0 ? Optional.of(bytes("new")) : Optional.empty();
    assertThat(value(update(ifNeverWritten, UpdateOptions.DEFAULT)))
        .isEqualTo(new Updated(new Entry("k", 1, Optional.of(bytes("other"))), false, 2));
  }

  @Test
  void aResolverThatThrowsRefusesWithItsMessageAndNothingIsWritten() {
    records.store("k", 3, Optional.of(bytes("old")));
    Resolver throwing =
        current -> {
          throw new IllegalStateException("the account is closed");
        };
    Failure failure = failure(update(throwing, UpdateOptions.DEFAULT));
    assertThat(failure.kind()).isEqualTo(Kind.REFUSED);
    assertThat(failure.message()).contains("the account is closed");
    assertThat(records.stored("k")).isEqualTo(new Versioned(3, Optional.of(bytes("old"))));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aWriteOfUnknownOutcomeIsReportedAndNotTriedAgain(boolean itTookEffect) {
    Failure unknown = Failure.of(Kind.OUTCOME_UNKNOWN, "the daddy fell silent");
    records.failNextWrite(unknown, itTookEffect);
    assertThat(failure(update(to("new"), UpdateOptions.DEFAULT))).isEqualTo(unknown);
    assertThat(seen).hasSize(1);
    assertThat(records.stored("k").version()).isEqualTo(itTookEffect ? 1 : 0);
  }

  @Test
  void aFailedReadEndsTheUpdate() {
    Failure unavailable = Failure.of(Kind.UNAVAILABLE, "no majority");
    records.failNextRead(unavailable);
    assertThat(failure(update(to("new"), UpdateOptions.DEFAULT))).isEqualTo(unavailable);
    assertThat(seen).isEmpty();
  }

  @Test
  void aResolvedValueBeyondTheLimitIsNotWritten() {
    Failure failure = failure(update(to("x".repeat(101)), UpdateOptions.DEFAULT));
    assertThat(failure.kind()).isEqualTo(Kind.TOO_LARGE);
    assertThat(records.calls).hasSize(1);
  }

  @Test
  void anUpdateUnderAWrongKeyIsInvalidAndTheResolverDoesNotRun() {
    Failure failure =
        failure(
            fixture.<Updated>await(
                done -> store.update("", to("new"), UpdateOptions.DEFAULT, done)));
    assertThat(failure.kind()).isEqualTo(Kind.INVALID);
    assertThat(seen).isEmpty();
  }

  @Test
  void anUpdateAsAWholeIsGivenUpAfterTenTimeouts() {
    records.readsTake(Duration.ofMillis(2_400));
    records.overtakeNextWrites("k", 1_000);
    long begun = fixture.simulation.now();
    List<Long> endedAt = new ArrayList<>();
    List<Result<Updated>> results = new ArrayList<>();
    store.update(
        "k",
        to("new"),
        UpdateOptions.DEFAULT.withAttempts(1_000),
        result -> {
          endedAt.add(fixture.simulation.now() - begun);
          results.add(result);
        });
    fixture.simulation.run(Duration.ofMinutes(5));
    assertThat(failure(results.get(0)).kind()).isEqualTo(Kind.UNAVAILABLE);
    assertThat(Duration.ofNanos(endedAt.get(0))).isLessThan(Duration.ofSeconds(60));
    assertThat(seen).hasSizeBetween(9, 11);
  }

  @Test
  void tooManyUpdatesAtOnceAreOverloadAndOnesThatEndedMakeRoom() {
    List<Result<Updated>> results = new ArrayList<>();
    for (int i = 0; i <= Store.MAX_UPDATES; i++) {
      store.update("k" + i, to("new"), UpdateOptions.DEFAULT, results::add);
    }
    fixture.simulation.run(Duration.ofSeconds(1));
    assertThat(results).hasSize(Store.MAX_UPDATES + 1);
    assertThat(
            results.stream()
                .filter(result -> !result.isOk())
                .map(StoreFixture::failure)
                .map(Failure::kind))
        .containsExactly(Kind.OVERLOADED);
    assertThat(update(to("new"), UpdateOptions.DEFAULT).isOk()).isTrue();
  }

  @Test
  void fiveNodesWithFiveConcurrentUpdatesEachLoseNone() {
    for (long seed = 1; seed <= 50; seed++) {
      Simulation simulation = new Simulation(seed, UnaryOperator.identity());
      Map<String, Versioned> map = FakeRecords.newMap();
      map.put("k", new Versioned(1, Optional.of(bytes("0"))));
      List<Result<Updated>> results = new ArrayList<>();
      for (int node = 1; node <= 5; node++) {
        Store one = StoreFixture.create(simulation, node, map).store;
        for (int i = 0; i < 5; i++) {
          one.update("k", UpdateTest::countUp, UpdateOptions.DEFAULT, results::add);
        }
      }
      simulation.run(Duration.ofMinutes(1));
      assertThat(results).as("seed " + seed).hasSize(25).allMatch(Result::isOk);
      assertThat(map.get("k"))
          .as("seed " + seed)
          .isEqualTo(new Versioned(26, Optional.of(bytes("25"))));
    }
  }

  private static Optional<Bytes> countUp(Entry current) {
    int count = Integer.parseInt(current.value().orElseThrow().toUtf8());
    return Optional.of(bytes(Integer.toString(count + 1)));
  }
}
