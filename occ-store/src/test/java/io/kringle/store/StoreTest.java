package io.kringle.store;

import static io.kringle.store.StoreFixture.failure;
import static io.kringle.store.StoreFixture.value;
import static org.assertj.core.api.Assertions.assertThat;

import io.kringle.replication.ArcStatus;
import io.kringle.replication.Write;
import io.kringle.replication.Write.Condition;
import io.kringle.replication.WriteOutcome;
import io.kringle.ring.Bytes;
import io.kringle.ring.Failure;
import io.kringle.ring.Failure.Kind;
import io.kringle.ring.Result;
import io.kringle.store.KeyValues.Entry;
import io.kringle.store.KeyValues.Page;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Single operations. */
final class StoreTest {
  private final StoreFixture fixture = StoreFixture.create();
  private final FakeRecords records = fixture.records;
  private final Store store = fixture.store;

  private static Bytes bytes(String text) {
    return Bytes.utf8(text);
  }

  @Test
  void whatWasPutIsRead() {
    assertThat(
            value(
                fixture.<WriteOutcome>await(
                    done -> store.put("k", bytes("v"), Condition.NONE, done))))
        .isEqualTo(new WriteOutcome.Written(1, true));
    assertThat(value(fixture.<Entry>await(done -> store.get("k", done))))
        .isEqualTo(new Entry("k", 1, Optional.of(bytes("v"))));
  }

  @Test
  void aKeyThatWasNeverWrittenIsAtVersionZero() {
    assertThat(value(fixture.<Entry>await(done -> store.get("k", done))))
        .isEqualTo(new Entry("k", 0, Optional.empty()));
  }

  @Test
  void aPutAtAVersionThatIsNotTheStoredOneConflictsAndTellsIt() {
    records.store("k", 2, Optional.of(bytes("v")));
    assertThat(
            value(
                fixture.<WriteOutcome>await(
                    done -> store.put("k", bytes("w"), Condition.version(1), done))))
        .isEqualTo(new WriteOutcome.Conflict(2, true));
    assertThat(
            value(
                fixture.<WriteOutcome>await(
                    done -> store.put("k", bytes("w"), Condition.version(2), done))))
        .isEqualTo(new WriteOutcome.Written(3, false));
  }

  @Test
  void putIfAbsentOverATombstoneContinuesTheVersion() {
    records.store("k", 10, Optional.empty());
    assertThat(
            value(
                fixture.<WriteOutcome>await(
                    done -> store.put("k", bytes("v"), Condition.ABSENT, done))))
        .isEqualTo(new WriteOutcome.Written(11, true));
    assertThat(
            value(
                fixture.<WriteOutcome>await(
                    done -> store.put("k", bytes("w"), Condition.ABSENT, done))))
        .isEqualTo(new WriteOutcome.Conflict(11, true));
  }

  @Test
  void aDeleteLeavesATombstoneWithAVersion() {
    records.store("k", 4, Optional.of(bytes("v")));
    assertThat(
            value(fixture.<WriteOutcome>await(done -> store.delete("k", Condition.PRESENT, done))))
        .isEqualTo(new WriteOutcome.Written(5, false));
    assertThat(value(fixture.<Entry>await(done -> store.get("k", done))))
        .isEqualTo(new Entry("k", 5, Optional.empty()));
    assertThat(
            value(fixture.<WriteOutcome>await(done -> store.delete("k", Condition.PRESENT, done))))
        .isEqualTo(new WriteOutcome.Conflict(5, false));
  }

  @Test
  void failuresFromBelowComeThroughAsTheyAre() {
    Failure unknown = Failure.of(Kind.OUTCOME_UNKNOWN, "the daddy fell silent");
    records.failNextWrite(unknown, true);
    assertThat(
            failure(
                fixture.<WriteOutcome>await(
                    done -> store.put("k", bytes("v"), Condition.NONE, done))))
        .isEqualTo(unknown);
    Failure unavailable = Failure.of(Kind.UNAVAILABLE, "no majority");
    records.failNextRead(unavailable);
    assertThat(failure(fixture.<Entry>await(done -> store.get("k", done)))).isEqualTo(unavailable);
  }

  @Test
  void eachOperationIsGivenTheTimeoutOfTheConfiguration() {
    fixture.<Entry>await(done -> store.get("k", done));
    fixture.<WriteOutcome>await(done -> store.delete("k", Condition.NONE, done));
    value(fixture.<ArcStatus>await(done -> store.locate("k", done)));
    assertThat(records.calls).hasSize(3).allMatch(call -> call.endsWith("within 5000"));
  }

  @Test
  void anEmptyKeyIsInvalid() {
    assertThat(failure(fixture.<Entry>await(done -> store.get("", done))))
        .isEqualTo(Failure.of(Kind.INVALID, "a key has at least 1 byte, this one is empty"));
    assertThat(records.calls).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "\u0080", "\u07ff", "\u0800", "\uffff", "\uD83D\uDE00"})
  void aKeyHasAtMost1024BytesOfUtf8(String character) {
    int length = bytes(character).size();
    String longest = character.repeat(1024 / length) + "a".repeat(1024 % length);
    assertThat(fixture.<Entry>await(done -> store.get(longest, done)).isOk()).isTrue();
    Failure failure = failure(fixture.<Entry>await(done -> store.get(longest + "a", done)));
    assertThat(failure.kind()).isEqualTo(Kind.INVALID);
    assertThat(failure.message()).contains("more than 1024 bytes").hasSizeLessThan(150);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\uD83D", "ab\uDE00", "\uDE00\uD83D", "\uD83D\uD83D\uDE00"})
  void halfASurrogatePairInAKeyIsInvalidAndNamed(String key) {
    Failure failure =
        failure(fixture.<WriteOutcome>await(done -> store.delete(key, Condition.NONE, done)));
    assertThat(failure.kind()).isEqualTo(Kind.INVALID);
    assertThat(failure.message())
        .containsPattern("half a surrogate pair, U\\+D[8E]..?.?, at index \\d");
    assertThat(records.calls).isEmpty();
  }

  @Test
  void aValueUpToTheLimitIsTakenAndALargerOneRefusedWithBothSizes() {
    assertThat(
            fixture
                .<WriteOutcome>await(
                    d -> store.put("k", Bytes.of(new byte[100]), Condition.NONE, d))
                .isOk())
        .isTrue();
    assertThat(
            failure(
                fixture.<WriteOutcome>await(
                    d -> store.put("k", Bytes.of(new byte[101]), Condition.NONE, d))))
        .isEqualTo(Failure.of(Kind.TOO_LARGE, "the value for 'k' has 101 bytes, the limit is 100"));
    assertThat(records.stored("k").version()).isEqualTo(1);
  }

  @Test
  void aNegativeVersionIsInvalid() {
    Failure failure =
        failure(
            fixture.<WriteOutcome>await(done -> store.delete("k", Condition.version(-1), done)));
    assertThat(failure)
        .isEqualTo(Failure.of(Kind.INVALID, "a version is at least 0, the condition says -1"));
  }

  @Test
  void aStaleReadIsTheReplicas() {
    records.store("k", 2, Optional.of(bytes("v")));
    assertThat(value(fixture.<Entry>await(done -> store.getStale("k", done))))
        .isEqualTo(new Entry("k", 2, Optional.of(bytes("v"))));
    assertThat(records.calls).containsExactly("read stale k within 5000");
  }

  @Test
  void aTimeToLiveIsAMillisecondToAHundredYears() {
    for (Duration life : List.of(Duration.ZERO, Duration.ofSeconds(-1), Duration.ofDays(40_000))) {
      Failure refused =
          failure(
              fixture.<WriteOutcome>await(
                  done -> store.put("k", bytes("v"), Condition.NONE, Optional.of(life), done)));
      assertThat(refused.kind()).isEqualTo(Failure.Kind.INVALID);
      assertThat(refused.message()).contains(life.toString());
    }
    assertThat(records.calls).isEmpty();
    fixture.<WriteOutcome>await(
        done ->
            store.put("k", bytes("v"), Condition.NONE, Optional.of(Duration.ofMillis(1)), done));
    assertThat(records.calls).hasSize(1);
  }

  @Test
  void aScanGoesOnWithItsCursorUntilThereIsNoMore() {
    for (int i = 0; i < 10; i++) {
      records.store("k" + i, 1, Optional.of(bytes("v")));
    }
    records.store("other", 1, Optional.of(bytes("v")));
    List<String> met = new ArrayList<>();
    Optional<String> next = Optional.empty();
    do {
      Optional<String> after = next;
      Page page = value(fixture.<Page>await(done -> store.scan(after, "k", 3, done)));
      page.entries().forEach(entry -> met.add(entry.key()));
      next = page.next();
    } while (next.isPresent());
    assertThat(met).hasSize(10).doesNotHaveDuplicates().doesNotContain("other");
  }

  @Test
  void aCursorThatNoPageHasToldIsInvalid() {
    for (String cursor : List.of("", "?", "AAAA", "A".repeat(2_000), "_".repeat(28))) {
      Failure refused =
          failure(fixture.<Page>await(done -> store.scan(Optional.of(cursor), "", 3, done)));
      assertThat(refused.kind()).as(cursor).isEqualTo(Failure.Kind.INVALID);
    }
    assertThat(records.calls).isEmpty();
  }

  @Test
  void aPageHasOneToAThousandKeys() {
    for (int limit : List.of(-1, 0, 1_001)) {
      Failure refused =
          failure(fixture.<Page>await(done -> store.scan(Optional.empty(), "", limit, done)));
      assertThat(refused.message()).contains("1 to 1000").contains(String.valueOf(limit));
    }
  }

  @Test
  void manyKeysAreReadInOneCallAndThoseThatCannotBeFailInTheirPlaces() {
    records.store("a", 2, Optional.of(bytes("v")));
    Failure unavailable = Failure.of(Kind.UNAVAILABLE, "no majority");
    records.failNextRead(unavailable);
    List<Result<Entry>> found =
        value(
            fixture.<List<Result<Entry>>>await(
                done -> store.getAll(List.of("b", "", "a", "never"), done)));
    assertThat(found).hasSize(4);
    assertThat(failure(found.get(0))).isEqualTo(unavailable);
    assertThat(failure(found.get(1)).kind()).isEqualTo(Kind.INVALID);
    assertThat(found.get(2)).isEqualTo(Result.ok(new Entry("a", 2, Optional.of(bytes("v")))));
    assertThat(found.get(3)).isEqualTo(Result.ok(new Entry("never", 0, Optional.empty())));
    assertThat(records.calls).containsExactly("read all [b, a, never] within 5000");
  }

  @Test
  void manyWritesGoInOneCallEachUnderItsCondition() {
    records.store("a", 2, Optional.of(bytes("v")));
    List<Write> writes =
        List.of(
            new Write("a", Condition.ABSENT, Optional.of(bytes("w"))),
            new Write("big", Condition.NONE, Optional.of(Bytes.of(new byte[101]))),
            new Write("b", Condition.ABSENT, Optional.of(bytes("w"))),
            new Write("c", Condition.version(-1), Optional.empty()),
            new Write("a", Condition.PRESENT, Optional.empty()));
    List<Result<WriteOutcome>> outcomes =
        value(fixture.<List<Result<WriteOutcome>>>await(done -> store.writeAll(writes, done)));
    assertThat(outcomes.get(0)).isEqualTo(Result.ok(new WriteOutcome.Conflict(2, true)));
    assertThat(failure(outcomes.get(1)).kind()).isEqualTo(Kind.TOO_LARGE);
    assertThat(outcomes.get(2)).isEqualTo(Result.ok(new WriteOutcome.Written(1, true)));
    assertThat(failure(outcomes.get(3)).kind()).isEqualTo(Kind.INVALID);
    assertThat(outcomes.get(4)).isEqualTo(Result.ok(new WriteOutcome.Written(3, false)));
    assertThat(records.calls).containsExactly("write all [a, b, a] within 5000");
  }

  @Test
  void aCallAboutNothingOrTooMuchAsksNobody() {
    assertThat(value(fixture.<List<Result<Entry>>>await(done -> store.getAll(List.of(), done))))
        .isEmpty();
    assertThat(value(fixture.<List<Result<Entry>>>await(done -> store.getAll(List.of(""), done))))
        .hasSize(1);
    List<String> tooMany = Collections.nCopies(4_097, "k");
    Failure refused =
        failure(fixture.<List<Result<Entry>>>await(done -> store.getAll(tooMany, done)));
    assertThat(refused)
        .isEqualTo(Failure.of(Kind.INVALID, "a call has at most 4096 keys, not 4097"));
    assertThat(records.calls).isEmpty();
  }
}
