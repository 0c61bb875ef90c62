package io.kringle.store.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kringle.replication.ArcStorage;
import io.kringle.replication.ArcStorage.Batch;
import io.kringle.replication.ArcStorage.LogEntry;
import io.kringle.replication.ArcStorage.Meta;
import io.kringle.replication.ArcStorage.RecordKey;
import io.kringle.replication.ArcStorage.StoredRecord;
import io.kringle.ring.Arc;
import io.kringle.ring.Bytes;
import io.kringle.ring.Id;
import io.kringle.ring.Result;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every engine does, whatever it is made of. */
abstract class StorageContract {
  private static final int PLENTY = 1 << 20;
  private static final Id LOW = id("0000000000000000000000000000000000000010");
  private static final Id MIDDLE = id("7fffffffffffffffffffffffffffffffffffffff");
  private static final Id UPPER = id("8000000000000000000000000000000000000000");
  private static final Id HIGH = id("fffffffffffffffffffffffffffffffffffffff0");

  final StepQueue steps = new StepQueue();
  private ArcStorage storage;

  /** An empty storage whose callbacks come in {@link #steps}. */
  abstract ArcStorage create() throws Exception;

  @BeforeEach
  void open() throws Exception {
    storage = create();
  }

  @AfterEach
  void close() {
    storage.close();
  }

  static Id id(String hex) {
    return Id.ofHex(hex);
  }

  static Bytes bytes(String text) {
    return Bytes.utf8(text);
  }

  private void commit(Consumer<Batch> fill) {
    Batch batch = storage.batch();
    fill.accept(batch);
    storage.commit(batch, result -> assertThat(result.isOk()).isTrue());
  }

  private List<String> keys(Arc arc, Optional<RecordKey> after, int maxBytes) {
    return storage.scan(arc, after, maxBytes).stream().map(StoredRecord::key).toList();
  }

  private void commitFourRecords() {
    commit(
        batch -> {
          batch.putRecord(HIGH, "high", bytes("4"));
          batch.putRecord(LOW, "low", bytes("1"));
          batch.putRecord(UPPER, "upper", bytes("3"));
          batch.putRecord(MIDDLE, "middle", bytes("2"));
        });
  }

  @Test
  void anEmptyStorageHasNothing() {
    assertThat(storage.metas()).isEmpty();
    assertThat(storage.log(1, 0, Long.MAX_VALUE, PLENTY)).isEmpty();
    assertThat(storage.record(LOW, "low")).isEmpty();
    assertThat(storage.scan(Arc.CIRCLE, Optional.empty(), PLENTY)).isEmpty();
    assertThat(storage.count(Arc.CIRCLE)).isZero();
  }

  @Test
  void aBatchIsReadableWhenCommitReturnsAndTheCallbackComesInALaterStep() {
    List<Result<Void>> told = new ArrayList<>();
    Batch batch = storage.batch();
    batch.putRecord(LOW, "low", bytes("1"));
    storage.commit(batch, told::add);

    assertThat(storage.record(LOW, "low")).contains(bytes("1"));
    assertThat(told).isEmpty();
    steps.run();
    assertThat(told).hasSize(1).allMatch(Result::isOk);
  }

  @Test
  void callbacksComeInTheOrderOfTheCommits() {
    List<Integer> told = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      int number = i;
      storage.commit(storage.batch(), result -> told.add(number));
    }
    steps.run();
    assertThat(told).containsExactly(0, 1, 2, 3, 4);
  }

  @Test
  void aBatchThatIsNotCommittedChangesNothing() {
    storage.batch().putRecord(LOW, "low", bytes("1"));
    assertThat(storage.record(LOW, "low")).isEmpty();
  }

  @Test
  void aBatchIsCommittedOnce() {
    Batch batch = storage.batch();
    storage.commit(batch, result -> {});
    assertThatThrownBy(() -> storage.commit(batch, result -> {}))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> batch.removeMeta(1)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void laterChangesOfABatchWin() {
    commitFourRecords();
    commit(
        batch -> {
          batch.removeRecords(Arc.CIRCLE);
          batch.putRecord(LOW, "low", bytes("old"));
          batch.putRecord(LOW, "low", bytes("new"));
          batch.putRecord(HIGH, "high", bytes("gone"));
          batch.removeRecord(HIGH, "high");
        });
    assertThat(storage.scan(Arc.CIRCLE, Optional.empty(), PLENTY))
        .containsExactly(new StoredRecord(LOW, "low", bytes("new")));
  }

  @Test
  void metadataIsKeptByArcNumberWhateverThatIs() {
    commit(
        batch -> {
          batch.putMeta(-1, bytes("minus"));
          batch.putMeta(0, bytes("zero"));
          batch.putMeta(Long.MIN_VALUE, bytes("min"));
          batch.putMeta(7, bytes("seven"));
        });
    commit(batch -> batch.removeMeta(7));
    commit(batch -> batch.putMeta(0, bytes("again")));
    assertThat(storage.metas())
        .containsExactlyInAnyOrder(
            new Meta(0, bytes("again")),
            new Meta(-1, bytes("minus")),
            new Meta(Long.MIN_VALUE, bytes("min")));
  }

  @Test
  void logsOfDifferentArcsAreApart() {
    commit(
        batch -> {
          batch.putLog(1, 255, bytes("a"));
          batch.putLog(1, 256, bytes("b"));
          batch.putLog(2, 255, bytes("c"));
        });
    assertThat(storage.log(1, 0, Long.MAX_VALUE, PLENTY))
        .containsExactly(new LogEntry(255, bytes("a")), new LogEntry(256, bytes("b")));
    assertThat(storage.log(2, 255, 255, PLENTY)).containsExactly(new LogEntry(255, bytes("c")));
    assertThat(storage.log(1, 256, 255, PLENTY)).isEmpty();
  }

  @Test
  void aLogIsReadUpToSoManyBytesButOneEntryAtLeast() {
    commit(
        batch -> {
          for (int index = 1; index <= 5; index++) {
            batch.putLog(1, index, bytes("0123456789"));
          }
        });
    assertThat(storage.log(1, 2, 5, 1)).extracting(LogEntry::index).containsExactly(2L);
    assertThat(storage.log(1, 2, 5, 20)).extracting(LogEntry::index).containsExactly(2L, 3L);
    assertThat(storage.log(1, 2, 5, 29)).extracting(LogEntry::index).containsExactly(2L, 3L);
    assertThat(storage.log(1, 2, 5, 30)).extracting(LogEntry::index).containsExactly(2L, 3L, 4L);
  }

  @Test
  void aRangeOfALogIsRemovedBothEndsIncluded() {
    commit(
        batch -> {
          for (int index = 1; index <= 6; index++) {
            batch.putLog(1, index, bytes("x"));
            batch.putLog(2, index, bytes("y"));
          }
        });
    commit(batch -> batch.removeLog(1, 2, 4));
    assertThat(storage.log(1, 0, 100, PLENTY))
        .extracting(LogEntry::index)
        .containsExactly(1L, 5L, 6L);
    commit(batch -> batch.removeLog(1, 0, Long.MAX_VALUE));
    assertThat(storage.log(1, 0, 100, PLENTY)).isEmpty();
    assertThat(storage.log(2, 0, 100, PLENTY)).hasSize(6);
  }

  @Test
  void aScanGoesClockwiseFromTheStartOfItsArcPastTheHighestId() {
    commitFourRecords();
    assertThat(keys(Arc.CIRCLE, Optional.empty(), PLENTY))
        .containsExactly("low", "middle", "upper", "high");
    assertThat(keys(new Arc(UPPER, MIDDLE), Optional.empty(), PLENTY))
        .containsExactly("upper", "high", "low");
    assertThat(keys(new Arc(UPPER, UPPER), Optional.empty(), PLENTY))
        .containsExactly("upper", "high", "low", "middle");
    assertThat(keys(new Arc(LOW, UPPER), Optional.empty(), PLENTY))
        .containsExactly("low", "middle");
    assertThat(keys(new Arc(HIGH, Id.ZERO), Optional.empty(), PLENTY)).containsExactly("high");
  }

  @Test
  void aScanGoesOnAfterItsCursorAlsoOneThatIsNotThereAnyMore() {
    commitFourRecords();
    Arc wrapping = new Arc(UPPER, MIDDLE);
    assertThat(keys(wrapping, Optional.of(new RecordKey(UPPER, "upper")), PLENTY))
        .containsExactly("high", "low");
    assertThat(keys(wrapping, Optional.of(new RecordKey(HIGH, "high")), PLENTY))
        .containsExactly("low");
    assertThat(keys(wrapping, Optional.of(new RecordKey(HIGH, "hi")), PLENTY))
        .containsExactly("high", "low");
    assertThat(keys(wrapping, Optional.of(new RecordKey(Id.ZERO, "")), PLENTY))
        .containsExactly("low");
    assertThat(keys(wrapping, Optional.of(new RecordKey(LOW, "low")), PLENTY)).isEmpty();
    assertThat(keys(wrapping, Optional.of(new RecordKey(MIDDLE, "middle")), PLENTY)).isEmpty();
  }

  @Test
  void aScanGathersNoMoreThanItMayButOneRecordAtLeast() {
    commitFourRecords();
    Arc wrapping = new Arc(HIGH, UPPER);
    int bothFit = 2 * Id.BYTES + "high".length() + "low".length() + 2;
    assertThat(keys(wrapping, Optional.empty(), 0)).containsExactly("high");
    assertThat(keys(wrapping, Optional.empty(), bothFit - 1)).containsExactly("high");
    assertThat(keys(wrapping, Optional.empty(), bothFit)).containsExactly("high", "low");
    assertThat(keys(wrapping, Optional.of(new RecordKey(HIGH, "high")), 1)).containsExactly("low");
  }

  @Test
  void recordsOfOneIdAreOrderedByTheUtf8OfTheirKeys() {
    String emoji = "\uD83D\uDE00";
    commit(
        batch -> {
          batch.putRecord(LOW, emoji, bytes("1"));
          batch.putRecord(LOW, "\uFFFD", bytes("2"));
          batch.putRecord(LOW, "ab", bytes("3"));
          batch.putRecord(LOW, "a", bytes("4"));
        });
    assertThat(keys(Arc.CIRCLE, Optional.empty(), PLENTY))
        .containsExactly("a", "ab", "\uFFFD", emoji);
  }

  @Test
  void aViewShowsTheRecordsOfItsMoment() {
    commitFourRecords();
    List<StoredRecord> before = storage.scan(Arc.CIRCLE, Optional.empty(), PLENTY);
    try (ArcStorage.View view = storage.view()) {
      commit(batch -> batch.removeRecords(Arc.CIRCLE));
      commit(batch -> batch.putRecord(LOW, "later", bytes("new")));
      assertThat(view.scan(Arc.CIRCLE, Optional.empty(), PLENTY)).isEqualTo(before);
      RecordKey second = new RecordKey(before.get(1).id(), before.get(1).key());
      assertThat(view.scan(Arc.CIRCLE, Optional.of(second), PLENTY))
          .isEqualTo(before.subList(2, before.size()));
    }
    assertThat(storage.scan(Arc.CIRCLE, Optional.empty(), PLENTY)).hasSize(1);
  }

  @Test
  void removingAnArcTakesItsRecordsOnlyAlsoAcrossTheHighestId() {
    commitFourRecords();
    commit(batch -> batch.removeRecords(new Arc(HIGH, MIDDLE)));
    assertThat(keys(Arc.CIRCLE, Optional.empty(), PLENTY)).containsExactly("middle", "upper");
    commit(batch -> batch.removeRecords(new Arc(MIDDLE, UPPER)));
    assertThat(keys(Arc.CIRCLE, Optional.empty(), PLENTY)).containsExactly("upper");
    commit(batch -> batch.removeRecords(new Arc(MIDDLE, MIDDLE)));
    assertThat(keys(Arc.CIRCLE, Optional.empty(), PLENTY)).isEmpty();
  }

  @Test
  void theHighestIdBelongsToTheArcThatEndsAtZero() {
    commit(batch -> batch.putRecord(Id.MAX, "\uDBFF\uDFFF", bytes("last")));
    Arc top = new Arc(HIGH, Id.ZERO);
    assertThat(storage.scan(top, Optional.empty(), PLENTY)).hasSize(1);
    commit(batch -> batch.removeRecords(top));
    assertThat(storage.scan(Arc.CIRCLE, Optional.empty(), PLENTY)).isEmpty();
  }

  @Test
  void anEmptyRecordIsNotTheSameAsNone() {
    commit(batch -> batch.putRecord(LOW, "", Bytes.EMPTY));
    assertThat(storage.record(LOW, "")).contains(Bytes.EMPTY);
  }

  @Test
  void fewRecordsAreCountedAndManyEstimated() {
    SplittableRandom random = new SplittableRandom(7);
    commitFourRecords();
    assertThat(storage.count(Arc.CIRCLE)).isEqualTo(4);
    assertThat(storage.count(new Arc(HIGH, MIDDLE))).isEqualTo(2);
    commit(
        batch -> {
          for (int i = 0; i < 20_000; i++) {
            batch.putRecord(Id.random(random), "k" + i, bytes("v"));
          }
        });
    assertThat(storage.count(Arc.CIRCLE)).isCloseTo(20_004, Percentage.withPercentage(12));
    assertThat(storage.count(new Arc(UPPER, MIDDLE)))
        .isCloseTo(20_002, Percentage.withPercentage(12));
    assertThat(storage.count(new Arc(LOW, UPPER))).isCloseTo(10_000, Percentage.withPercentage(12));
  }

  @Test
  void doesWhatSortedMapsDoWhateverTheBatches() {
    for (long seed = 1; seed <= 20; seed++) {
      new StorageModel(seed).compareWith(storage, 60);
      commit(batch -> batch.removeRecords(Arc.CIRCLE));
      for (Meta meta : storage.metas()) {
        commit(batch -> batch.removeMeta(meta.arc()));
      }
      for (long arc = 0; arc < StorageModel.ARCS; arc++) {
        long number = arc;
        commit(batch -> batch.removeLog(number, 0, Long.MAX_VALUE));
      }
    }
  }
}
